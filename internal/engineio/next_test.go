package engineio

import "testing"

// Where a connection begins: which transport, which revision.
func TestOpening(t *testing.T) {
	play(t, []row{
		{"opening → opened: polling shows revision 4", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 4   > opened`},
		{"opening → opened: polling shows revision 3", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 3   > opened`},
		{"opening → opened: the user asks for revision 3", "polling noupgrade eio3", `
			open            > open 1 polling eio3, use 1
			handshake 1 3   > opened`},
		{"opening → opened: the user's revision holds, whatever the handshake says", "websocket eio3", `
			open            > open 1 websocket eio3, use 1
			linkopened 1    >
			handshake 1 4   > opened
			tick 25000      > send 1 2`},
		{"opening → deciding → opened: over websocket alone an old server sends CONNECT unasked", "websocket", `
			open            > open 1 websocket, use 1
			linkopened 1    >
			handshake 1 0   >
			message 1       > opened
			tick 25000      > send 1 2`},
		{"opening → deciding → opened: over websocket alone a new server is silent", "websocket", `
			open            > open 1 websocket, use 1
			handshake 1 0   >
			tick 199        >
			tick 1          > opened
			tick 25000      >`},
		{"opening → deciding → opened: over websocket alone a new server pings first", "websocket", `
			open            > open 1 websocket, use 1
			handshake 1 0   >
			ping 1          > opened, send 1 3, pinged`},
		{"opening → deciding → closed: over websocket alone the server hangs up", "websocket", `
			open            > open 1 websocket, use 1
			handshake 1 0   >
			bye 1           > close 1, closed: transport close`},
		{"opening → deciding → closed: over websocket alone the user hangs up", "websocket", `
			open            > open 1 websocket, use 1
			handshake 1 0   >
			close           > finish 1, closed: forced close`},
		{"opening → deciding → opened: a pong decides nothing", "websocket", `
			open            > open 1 websocket, use 1
			handshake 1 0   >
			pong 1          >
			noop 1          >
			tick deadline   > opened`},
		{"opening: what does not apply changes nothing", "polling", `
			tick 100000     >
			open            > open 1 polling, use 1
			open            >
			ping 1          >
			pong 1          >
			noop 1          >
			message 1       >
			paused 1        >
			linkopened 1    >
			handshake 2 4   >
			lost 2          >
			tick 100000     >`},
		{"opening → opened: a second handshake changes nothing", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 4   > opened
			handshake 1 3   >
			open            >`},
	})
}

// Servers that look at the revision first, and refuse 4.
func TestRevisionRefused(t *testing.T) {
	play(t, []row{
		{"opening → opened → closed → opening → opened: after a refusal, revision 3 is asked for at once, and first from then on", "polling noupgrade", `
			open            > open 1 polling, use 1
			refused 1       > open 2 polling eio3, use 2
			handshake 2 3   > opened
			lost 2          > close 2, closed: transport error
			open            > open 3 polling eio3, use 3
			handshake 3 3   > opened`},
		{"opening → probing: after a refusal, the websocket of the upgrade asks with revision 3", "polling websocket", `
			open            > open 1 polling, use 1
			refused 1       > open 2 polling eio3, use 2
			handshake 2 3   > opened, open 3 websocket eio3 probe`},
		{"opening → opened: another connection of the page has found revision 3", "polling noupgrade begin3", `
			open            > open 1 polling eio3, use 1
			handshake 1 3   > opened`},
		{"opening → opened → closed → opening: the remembered revision 3 is refused: the server has become a newer one", "polling noupgrade begin3", `
			open            > open 1 polling eio3, use 1
			refused 1       > open 2 polling, use 2
			handshake 2 4   > opened
			lost 2          > close 2, closed: transport error
			open            > open 3 polling, use 3`},
		{"opening → closed → opening → closed: both revisions are refused: one more request in each attempt", "polling", `
			open            > open 1 polling, use 1
			refused 1       > open 2 polling eio3, use 2
			refused 2       > close 2, closed: transport error
			open            > open 3 polling, use 3
			refused 3       > open 4 polling eio3, use 4
			refused 4       > close 4, closed: transport error`},
		{"opening → closed: the network fails", "polling", `
			open            > open 1 polling, use 1
			lost 1          > close 1, closed: transport error`},
		{"opening → closed: a refusal of revision 4, which the user asks for", "polling eio4", `
			open            > open 1 polling eio4, use 1
			refused 1       > close 1, closed: transport error`},
		{"opening → closed: a refusal of revision 3, which the user asks for", "polling eio3", `
			open            > open 1 polling eio3, use 1
			refused 1       > close 1, closed: transport error`},
		{"opening → opened → closed: a refusal in the middle of a session", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 4   > opened
			refused 1       > close 1, closed: transport error`},
		{"opening → closed: the second transport is tried after both revisions", "polling websocket tryall", `
			open            > open 1 polling, use 1
			refused 1       > open 2 polling eio3, use 2
			refused 2       > open 3 websocket, use 3
			lost 3          > close 3, closed: transport error`},
		{"opening → closed → opening → closed → opening → opened → closed → opening → closed: the first failure of a websocket alone does not change the revision, nor does any after revision 4 has worked", "websocket", `
			open            > open 1 websocket, use 1
			lost 1          > close 1, closed: transport error
			open            > open 2 websocket, use 2
			lost 2          > open 3 websocket eio3, use 3
			lost 3          > close 3, closed: transport error
			open            > open 4 websocket, use 4
			linkopened 4    >
			handshake 4 4   > opened
			lost 4          > close 4, closed: transport error
			open            > open 5 websocket, use 5
			lost 5          > close 5, closed: transport error`},
		{"opening → closed → opening → opened: a websocket alone accepts revision 3, the handshake is a newer server's: revision 4 is asked for", "websocket", `
			open            > open 1 websocket, use 1
			lost 1          > close 1, closed: transport error
			open            > open 2 websocket, use 2
			lost 2          > open 3 websocket eio3, use 3
			linkopened 3    >
			handshake 3 4   > close 3, open 4 websocket, use 4
			linkopened 4    >
			handshake 4 4   > opened`},
		{"opening → closed → opening: a websocket of a newer server is lost after revision 3: revision 3 is not asked for again", "websocket begin3", `
			open            > open 1 websocket eio3, use 1
			linkopened 1    >
			handshake 1 4   > close 1, open 2 websocket, use 2
			lost 2          > close 2, closed: transport error
			open            > open 3 websocket, use 3`},
		{"opening → opened: a newer server's handshake, and the user asks for revision 3", "websocket eio3", `
			open            > open 1 websocket eio3, use 1
			linkopened 1    >
			handshake 1 4   > opened`},
		{"opening → closed → opening → closed: a websocket alone opens at the second attempt and fails after that", "websocket", `
			open            > open 1 websocket, use 1
			lost 1          > close 1, closed: transport error
			open            > open 2 websocket, use 2
			linkopened 2    >
			lost 2          > close 2, closed: transport error`},
		{"opening → closed → opening → opened → closed → opening: a websocket alone works with revision 3", "websocket", `
			open            > open 1 websocket, use 1
			lost 1          > close 1, closed: transport error
			open            > open 2 websocket, use 2
			lost 2          > open 3 websocket eio3, use 3
			linkopened 3    >
			handshake 3 3   > opened
			lost 3          > close 3, closed: transport error
			open            > open 4 websocket eio3, use 4`},
	})
}

// Transports that do not open, and the one tried after.
func TestNotOpening(t *testing.T) {
	play(t, []row{
		{"opening → closed: the transport reports an error", "polling websocket", `
			open            > open 1 polling, use 1
			lost 1          > close 1, closed: transport error`},
		{"opening → closed: the transport closes", "websocket", `
			open            > open 1 websocket, use 1
			gone 1          > close 1, closed: transport close`},
		{"opening → closed: the handshake is garbage", "polling", `
			open            > open 1 polling, use 1
			fault 1         > close 1, closed: parse error`},
		{"opening → closed: the server hangs up at once", "polling", `
			open            > open 1 polling, use 1
			bye 1           > close 1, closed: transport close`},
		{"opening → closed: the user changes his mind", "polling", `
			open            > open 1 polling, use 1
			close           > close 1, closed: forced close
			close           >`},
		{"opening → opened: the second transport is tried", "websocket polling tryall noupgrade", `
			open            > open 1 websocket, use 1
			lost 1          > open 2 polling, use 2
			handshake 1 4   >
			handshake 2 4   > opened`},
		{"opening → opened: the second transport is tried after garbage", "polling websocket tryall", `
			open            > open 1 polling, use 1
			fault 1         > close 1, open 2 websocket, use 2
			handshake 2 4   > opened`},
		{"opening → closed: the second and last transport fails", "websocket polling tryall", `
			open            > open 1 websocket, use 1
			lost 1          > open 2 polling, use 2
			lost 2          > close 2, closed: transport error`},
		{"opening → closed: there is no second transport", "websocket tryall", `
			open            > open 1 websocket, use 1
			lost 1          > close 1, closed: transport error`},
		{"opening → opened → closed: a transport that has worked is not exchanged", "websocket polling tryall eio4", `
			open            > open 1 websocket eio4, use 1
			handshake 1 4   > opened
			lost 1          > close 1, closed: transport error`},
		{"opening → closed → opening → opened: the next attempt begins with the first transport", "websocket polling tryall noupgrade", `
			open            > open 1 websocket, use 1
			lost 1          > open 2 polling, use 2
			lost 2          > close 2, closed: transport error
			open            > open 3 websocket, use 3
			lost 2          >
			lost 3          > open 4 polling, use 4
			handshake 4 3   > opened`},
	})
}

// Who pings whom, and when the other one counts as gone.
func TestHeartbeat(t *testing.T) {
	play(t, []row{
		{"opening → opened → closed: revision 4, the server pings", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 4   > opened
			tick 44999      >
			ping 1          > send 1 3, pinged
			tick 44999      >
			tick 1          > close 1, closed: ping timeout`},
		{"opening → opened → closed: revision 3, the client pings", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 3   > opened
			tick 24999      >
			tick 1          > send 1 2
			tick 19999      >
			pong 1          > pinged
			tick 24999      >
			tick 1          > send 1 2
			tick 20000      > close 1, closed: ping timeout`},
		{"opening → opened → closed: a page that slept finds the server gone", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 3   > opened
			tick 9999999    > close 1, closed: ping timeout`},
		{"opening → opened: each revision has one who pings", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 3   > opened
			ping 1          >
			tick 25000      > send 1 2
			pong 1          > pinged`},
		{"opening → opened: and one who answers", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 4   > opened
			pong 1          >
			noop 1          >
			message 1       >`},
		{"opening → opened: senseless figures do not turn it into a busy loop", "polling noupgrade", `
			open                     > open 1 polling, use 1
			handshake 1 3 beat 0 -5  > opened
			tick 9                   >
			tick 1                   > send 1 2`},
		{"opening → opened → closed: the server hangs up", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 4   > opened
			bye 1           > close 1, closed: transport close
			ping 1          >
			tick 999999     >`},
		{"opening → opened → closed: the page has seen a heartbeat's deadline pass", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 4   > opened
			late 1          > close 1, closed: ping timeout`},
		{"opening → opened → closed: the user hangs up, what is queued goes out", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 4   > opened
			close           > finish 1, closed: forced close
			lost 1          >`},
		{"opening → opened → closed → opening → opened: and comes back", "polling noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 3   > opened
			gone 1          > close 1, closed: transport close
			open            > open 2 polling, use 2
			handshake 2 4   > opened
			ping 2          > send 2 3, pinged`},
	})
}

// From polling to websocket, and what can go wrong at each step.
func TestUpgrade(t *testing.T) {
	const opened = `
		open            > open 1 polling, use 1
		handshake 1 4   > opened, open 2 websocket eio4 probe`
	const probed = opened + `
		linkopened 2    > send 2 2probe
		probe 2         > upgrading 2, pause 1`
	play(t, []row{
		{"opening → probing → pausing → upgraded", "polling websocket", probed + `
			paused 1        > send 2 5, use 2, close 1, upgraded 2
			ping 1          >
			ping 2          > send 2 3, pinged`},
		{"opening → probing → pausing → upgraded → closed", "polling websocket", probed + `
			paused 1        > send 2 5, use 2, close 1, upgraded 2
			gone 1          >
			lost 2          > close 2, closed: transport error`},
		{"opening → probing → pausing → upgraded: revision 3", "polling websocket", `
			open            > open 1 polling, use 1
			handshake 1 3   > opened, open 2 websocket eio3 probe
			linkopened 2    > send 2 2probe
			probe 2         > upgrading 2, pause 1
			paused 1        > send 2 5, use 2, close 1, upgraded 2
			tick 25000      > send 2 2`},
		{"opening → opened: the server offers none", "polling websocket", `
			open                > open 1 polling, use 1
			handshake 1 4 plain > opened`},
		{"opening → opened: the user wants none", "polling websocket noupgrade", `
			open            > open 1 polling, use 1
			handshake 1 4   > opened`},
		{"opening → opened: the user has no websocket", "polling", `
			open            > open 1 polling, use 1
			handshake 1 4   > opened`},
		{"opening → opened: nothing is above websocket", "websocket polling eio4", `
			open            > open 1 websocket eio4, use 1
			handshake 1 4   > opened`},
		{"opening → probing → pausing → upgraded: polling was the second to be tried", "websocket polling tryall", `
			open            > open 1 websocket, use 1
			lost 1          > open 2 polling, use 2
			handshake 2 4   > opened, open 3 websocket eio4 probe
			linkopened 3    > send 3 2probe
			probe 3         > upgrading 3, pause 2
			paused 2        > send 3 5, use 3, close 2, upgraded 3`},
		{"opening → probing: the heartbeat goes on meanwhile", "polling websocket", opened + `
			ping 1          > send 1 3, pinged`},
		{"opening → probing → opened: the websocket does not open", "polling websocket", opened + `
			lost 2          > upgradeerror 2
			ping 1          > send 1 3, pinged`},
		{"opening → probing → opened: or closes", "polling websocket", opened + `
			linkopened 2    > send 2 2probe
			gone 2          > upgradeerror 2`},
		{"opening → probing → opened: another answer than 3probe", "polling websocket", opened + `
			linkopened 2    > send 2 2probe
			pong 2          > close 2, upgradeerror 2
			probe 2         >`},
		{"opening → probing → opened: garbage", "polling websocket", opened + `
			linkopened 2    > send 2 2probe
			fault 2         > close 2, upgradeerror 2`},
		{"opening → probing → closed: polling is lost first", "polling websocket", opened + `
			linkopened 2    > send 2 2probe
			lost 1          > close 2, close 1, closed: transport error
			probe 2         >`},
		{"opening → probing → closed: the user hangs up", "polling websocket", opened + `
			close           > close 2, finish 1, closed: forced close`},
		{"opening → probing → closed: nothing is heard", "polling websocket", opened + `
			tick 45000      > close 2, close 1, closed: ping timeout`},
		{"opening → probing → pausing → upgraded: a ping crosses the change", "polling websocket", probed + `
			ping 2          >
			noop 1          >
			paused 1        > send 2 5, use 2, close 1, upgraded 2`},
		{"opening → probing → pausing → opened: the websocket is lost while polling stops for it", "polling websocket", probed + `
			lost 2          > upgradeerror 2
			noop 1          >
			paused 1        > use 1
			paused 1        >
			probe 2         >`},
		{"opening → probing → pausing → closed: the websocket is lost, and polling has the server's last word", "polling websocket", probed + `
			lost 2          > upgradeerror 2
			bye 1           > close 1, closed: transport close
			paused 1        >`},
		{"opening → probing → pausing → closed: polling is lost", "polling websocket", probed + `
			lost 1          > close 2, close 1, closed: transport error`},
		{"opening → probing → pausing → closed: the user hangs up", "polling websocket", probed + `
			close           > close 2, finish 1, closed: forced close
			paused 1        >`},
		{"opening → probing → pausing → closed: garbage on polling", "polling websocket", probed + `
			fault 1         > close 2, close 1, closed: parse error`},
		{"opening → probing → pausing → upgraded → closed → opening: and again from polling", "polling websocket", probed + `
			paused 1        > send 2 5, use 2, close 1, upgraded 2
			bye 2           > close 2, closed: transport close
			open            > open 3 polling, use 3`},
		{"opening → probing → pausing → upgraded: two pauses change nothing", "polling websocket", probed + `
			paused 1        > send 2 5, use 2, close 1, upgraded 2
			paused 2        >
			probe 2         >
			linkopened 2    >`},
		{"opening → deciding → opened: what is not known cannot be upgraded", "polling websocket", `
			open            > open 1 polling, use 1
			handshake 1 0   >
			message 1       > opened`},
	})
}

// WebTransport, which only servers of revision 4 have: first, and beside a websocket.
func TestWebTransport(t *testing.T) {
	const opened = `
		open            > open 1 polling, use 1
		handshake 1 4 webtransport > opened, open 2 webtransport eio4 probe`
	const both = opened + `
		tick 200        > open 3 websocket eio4 probe`
	play(t, []row{
		{"opening → opened → closed: direct, with revision 4 and nothing to decide", "webtransport", `
			open            > open 1 webtransport eio4, use 1
			linkopened 1    >
			handshake 1 0   > opened
			lost 1          > close 1, closed: transport error`},
		{"opening → closed → opening → closed → opening: a failure does not mean the revision", "webtransport", `
			open            > open 1 webtransport eio4, use 1
			lost 1          > close 1, closed: transport error
			open            > open 2 webtransport eio4, use 2
			lost 2          > close 2, closed: transport error
			open            > open 3 webtransport eio4, use 3`},
		{"opening → opened: each in turn, and any revision again after it", "webtransport websocket polling tryall", `
			open            > open 1 webtransport eio4, use 1
			lost 1          > open 2 websocket, use 2
			lost 2          > open 3 polling, use 3
			handshake 3 4 plain > opened`},
		{"opening → closed: none of the three opens", "webtransport websocket polling tryall", `
			open            > open 1 webtransport eio4, use 1
			lost 1          > open 2 websocket, use 2
			lost 2          > open 3 polling, use 3
			lost 3          > close 3, closed: transport error`},
		{"opening → probing → pausing → upgraded: it answers before a websocket is probed", "polling websocket webtransport", opened + `
			linkopened 2    > send 2 2probe
			tick 199        >
			probe 2         > upgrading 2, pause 1
			tick 1000       >
			paused 1        > send 2 5, use 2, close 1, upgraded 2
			ping 2          > send 2 3, pinged`},
		{"opening → probing → pausing → upgraded: no websocket is wanted beside it", "polling webtransport", opened + `
			tick 1000       >
			linkopened 2    > send 2 2probe
			probe 2         > upgrading 2, pause 1
			paused 1        > send 2 5, use 2, close 1, upgraded 2`},
		{"opening → probing → pausing → upgraded: the websocket beside it answers first", "polling websocket webtransport", both + `
			linkopened 3    > send 3 2probe
			probe 3         > close 2, upgrading 3, pause 1
			linkopened 2    >
			paused 1        > send 3 5, use 3, close 1, upgraded 3`},
		{"opening → probing → pausing → upgraded: it answers late, but first", "polling websocket webtransport", both + `
			linkopened 2    > send 2 2probe
			linkopened 3    > send 3 2probe
			probe 2         > close 3, upgrading 2, pause 1
			probe 3         >
			paused 1        > send 2 5, use 2, close 1, upgraded 2`},
		{"opening → probing → pausing → upgraded: it fails at once, and the websocket does not wait", "polling websocket webtransport", opened + `
			lost 2          > upgradeerror 2, open 3 websocket eio4 probe
			tick 1000       >
			linkopened 3    > send 3 2probe
			probe 3         > upgrading 3, pause 1
			paused 1        > send 3 5, use 3, close 1, upgraded 3`},
		{"opening → probing → pausing → upgraded: it fails late", "polling websocket webtransport", both + `
			lost 2          > upgradeerror 2
			linkopened 3    > send 3 2probe
			probe 3         > upgrading 3, pause 1
			paused 1        > send 3 5, use 3, close 1, upgraded 3`},
		{"opening → probing → opened: both fail", "polling websocket webtransport", both + `
			lost 3          > upgradeerror 3
			lost 2          > upgradeerror 2
			probe 2         >
			ping 1          > send 1 3, pinged`},
		{"opening → probing → closed: the user hangs up while both are probed", "polling websocket webtransport", both + `
			close           > close 2, close 3, finish 1, closed: forced close
			tick 1000       >`},
		{"opening → probing → pausing → opened: the answer is lost with the transport", "polling websocket webtransport", opened + `
			linkopened 2    > send 2 2probe
			probe 2         > upgrading 2, pause 1
			lost 2          > upgradeerror 2
			paused 1        > use 1`},
		{"opening → opened: the server offers it to whom it is nothing to", "polling", `
			open            > open 1 polling, use 1
			handshake 1 4 webtransport > opened`},
	})
}

package lifecycle

import "testing"

func TestVia(t *testing.T) {
	for i, name := range WayNames() {
		way := Via(1) << i
		if !way.Known() || name == "" {
			t.Errorf("way %d is called %q, known: %v", way, name, way.Known())
		}
		if inHandshake := name == "query" || name == "header"; way.InHandshake() != inHandshake || (way|ViaEvent).InHandshake() != inHandshake {
			t.Errorf("%s is in the handshake: %v", name, way.InHandshake())
		}
	}
	if len(WayNames()) != 4 || ViaAuth != 8 {
		t.Error("each way has a name, and the last one is ViaAuth")
	}
	if !Via(0).Known() || Via(16).Known() || (ViaEvent | 128).Known() {
		t.Error("bits that are no way are known, or no way is not")
	}
}

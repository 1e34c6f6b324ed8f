package lifecycle

import "testing"

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		name, code, message string
		over                bool
		want                Reason
	}{
		{"jwt expired → expired", "invalid_token", "jwt expired", false, ReasonExpired},
		{"jwt expired in other words → expired", "unknown", "Unauthorized: jwt expired.", false, ReasonExpired},
		{"invalid_token and its exp has passed → expired", "invalid_token", "Unauthorized", true, ReasonExpired},
		{"invalid_token → invalid", "invalid_token", "jwt malformed", false, ReasonInvalid},
		{"another code, its exp has passed → invalid", "invalid_secret", "", true, ReasonInvalid},
		{"credentials_required → missing", "credentials_required", "no token provided", true, ReasonMissing},
		{"missing_authorization_header → missing", "missing_authorization_header", "", false, ReasonMissing},
		{"credentials_bad_format → invalid", "credentials_bad_format", "Format is Authorization: Bearer [token]", false, ReasonInvalid},
		{"a code of one's own → invalid", "not_on_the_list", "", false, ReasonInvalid},
		{"nothing → invalid", "", "", false, ReasonInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Classify(c.code, c.message, c.over); got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestIsUnauthorized(t *testing.T) {
	for _, c := range []struct {
		typ, code string
		want      bool
	}{
		{"UnauthorizedError", "", true},
		{"UnauthorizedError", "not_on_the_list", true},
		{"", "invalid_token", true},
		{"", "missing_authorization_header", true},
		{"", "", false},
		{"TypeError", "unknown", false},
	} {
		if got := IsUnauthorized(c.typ, c.code); got != c.want {
			t.Errorf("%q %q: got %v", c.typ, c.code, got)
		}
	}
}

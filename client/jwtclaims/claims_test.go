package jwtclaims

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"testing"
	"time"
)

func jwt(payload string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"
}

func TestParse(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_000)
	for _, c := range []struct {
		name, token string
		ok          bool
		iat, exp    time.Time
	}{
		{"both", jwt(`{"iat":1700000000,"exp":1700000060,"sub":"é€😀"}`), true, at, at.Add(time.Minute)},
		{"a fraction", jwt(`{"exp":1700000000.25}`), true, time.Time{}, at.Add(250 * time.Millisecond)},
		{"none", jwt(`{"sub":"x"}`), true, time.Time{}, time.Time{}},
		{"not dates", jwt(`{"iat":"soon","exp":null}`), true, time.Time{}, time.Time{}},
		{"not of this world", jwt(`{"iat":-1,"exp":1e300}`), true, time.Time{}, time.Time{}},
		{"padded", "e30." + base64.URLEncoding.EncodeToString([]byte(`{"exp":1700000000}`)) + ".x", true, time.Time{}, at},
		{"no JSON", jwt(`x`), false, time.Time{}, time.Time{}},
		{"null", jwt(`null`), false, time.Time{}, time.Time{}},
		{"a list", jwt(`[]`), false, time.Time{}, time.Time{}},
		{"no base64", "a.!.c", false, time.Time{}, time.Time{}},
		{"two parts", "a.b", false, time.Time{}, time.Time{}},
		{"nothing", "", false, time.Time{}, time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := Parse(c.token)
			if ok != c.ok || !got.IssuedAt.Equal(c.iat) || !got.ExpiresAt.Equal(c.exp) {
				t.Errorf("got %+v, %v", got, ok)
			}
			if ok == (got.All == nil) {
				t.Error("claims without a token, or the reverse")
			}
		})
	}
}

// TestDates: the rows are those of js/test/claims.test.mjs, too.
func TestDates(t *testing.T) {
	var rows []struct {
		Name  string
		Claim json.RawMessage
		MS    *int64
	}
	text, err := os.ReadFile("testdata/dates.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &rows); err != nil || len(rows) == 0 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, row := range rows {
		t.Run(row.Name, func(t *testing.T) {
			c, ok := Parse(jwt(`{"iat":` + string(row.Claim) + `,"exp":` + string(row.Claim) + `}`))
			if !ok {
				t.Fatal("no token")
			}
			for claim, got := range map[string]time.Time{"iat": c.IssuedAt, "exp": c.ExpiresAt} {
				switch {
				case row.MS == nil && !got.IsZero():
					t.Errorf("%s is %v", claim, got)
				case row.MS != nil && (got.IsZero() || got.UnixMilli() != *row.MS):
					t.Errorf("%s is %v", claim, got)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(jwt(`{"iat":1700000000,"exp":1700000060}`))
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, token string) {
		if c, ok := Parse(token); !ok && (c.All != nil || !c.ExpiresAt.IsZero()) {
			t.Error("claims of what is no token")
		}
	})
}

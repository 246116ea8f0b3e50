package main

import (
	"context"
	"errors"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
)

// claims are those of RFC 9068 that every token has.
type claims struct {
	jwt.RegisteredClaims
	ClientID string `json:"client_id"`
}

// Validate is called by the parser after its own checks.
func (c claims) Validate() error {
	if c.Subject == "" || c.ID == "" || c.ClientID == "" || c.IssuedAt == nil {
		return errors.New("a claim of RFC 9068 is missing")
	}
	return nil
}

// verifier returns a function that returns the id of the user whose access token it is given.
func verifier(issuer, audience string) (func(token string) (string, error), error) {
	// Without the interval, a key that was withdrawn would be trusted for an hour.
	keys, err := keyfunc.NewDefaultOverrideCtx(context.Background(), []string{issuer + "/.well-known/jwks.json"},
		keyfunc.Override{RefreshInterval: 5 * time.Minute})
	if err != nil {
		return nil, err
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}), jwt.WithIssuer(issuer), jwt.WithAudience(audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(30*time.Second), jwt.WithStrictDecoding())
	keyOf := func(token *jwt.Token) (any, error) {
		if token.Header["typ"] != "at+jwt" {
			return nil, errors.New("typ is not at+jwt")
		}
		return keys.Keyfunc(token)
	}
	return func(text string) (string, error) {
		token, err := parser.ParseWithClaims(text, &claims{}, keyOf)
		if err != nil {
			return "", err
		}
		return token.Claims.GetSubject()
	}, nil
}

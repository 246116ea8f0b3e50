// Orders of the person who asks. LOGIN_URL is the login service, AUDIENCE the name that its access tokens have for this API.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
)

type order struct {
	User string `json:"user"`
	Item string `json:"item"`
}

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

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// authenticated calls a handler with the id of the user who asks.
func authenticated(verify func(string) (string, error), next func(http.ResponseWriter, *http.Request, string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			w.Header().Set("WWW-Authenticate", "Bearer")
			answer(w, http.StatusUnauthorized, map[string]string{"error": "an access token is missing"})
			return
		}
		user, err := verify(token)
		if err != nil {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			answer(w, http.StatusUnauthorized, map[string]string{"error": err.Error()})
			return
		}
		next(w, r, user)
	}
}

func main() {
	verify, err := verifier(os.Getenv("LOGIN_URL"), os.Getenv("AUDIENCE"))
	if err != nil {
		log.Fatal(err)
	}
	var mutex sync.Mutex
	orders := map[string][]order{}

	http.HandleFunc("GET /orders", authenticated(verify, func(w http.ResponseWriter, _ *http.Request, user string) {
		mutex.Lock()
		defer mutex.Unlock()
		answer(w, http.StatusOK, append([]order{}, orders[user]...))
	}))
	http.HandleFunc("POST /orders", authenticated(verify, func(w http.ResponseWriter, r *http.Request, user string) {
		var made order
		if err := json.NewDecoder(r.Body).Decode(&made); err != nil {
			answer(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		made.User = user
		mutex.Lock()
		defer mutex.Unlock()
		orders[user] = append(orders[user], made)
		answer(w, http.StatusCreated, made)
	}))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

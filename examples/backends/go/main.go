// Orders of the person who asks. LOGIN_URL is the login service, AUDIENCE the name that its access tokens have for this API.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
)

type order struct {
	User string `json:"user"`
	Item string `json:"item"`
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

// store holds the orders of each user.
type store struct {
	sync.Mutex
	orders map[string][]order
}

func (s *store) list(w http.ResponseWriter, _ *http.Request, user string) {
	s.Lock()
	defer s.Unlock()
	answer(w, http.StatusOK, append([]order{}, s.orders[user]...))
}

func (s *store) create(w http.ResponseWriter, r *http.Request, user string) {
	var made order
	if err := json.NewDecoder(r.Body).Decode(&made); err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	made.User = user
	s.Lock()
	defer s.Unlock()
	s.orders[user] = append(s.orders[user], made)
	answer(w, http.StatusCreated, made)
}

func main() {
	verify, err := verifier(os.Getenv("LOGIN_URL"), os.Getenv("AUDIENCE"))
	if err != nil {
		log.Fatal(err)
	}
	orders := &store{orders: map[string][]order{}}
	events, err := receiver(os.Getenv("WEBHOOK_SECRET"), orders)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /orders", authenticated(verify, orders.list))
	http.HandleFunc("POST /orders", authenticated(verify, orders.create))
	http.HandleFunc("POST /login-events", events)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

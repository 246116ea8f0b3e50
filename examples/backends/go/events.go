package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

type event struct {
	Type string `json:"type"`
	Data struct {
		UserID     int64 `json:"user_id"`
		MergedInto int64 `json:"merged_into"`
	} `json:"data"`
}

// receiver handles merged and closed users. The secret is one of those configured for it in the login service.
func receiver(secret string, s *store) (http.HandlerFunc, error) {
	webhook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
		if err != nil || webhook.Verify(body, r.Header) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var happened event
		if err := json.Unmarshal(body, &happened); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.hear(happened)
		w.WriteHeader(http.StatusNoContent)
	}, nil
}

// hear may be called twice with the same event; it is idempotent.
func (s *store) hear(happened event) {
	user, survivor := strconv.FormatInt(happened.Data.UserID, 10), strconv.FormatInt(happened.Data.MergedInto, 10)
	s.Lock()
	defer s.Unlock()
	switch happened.Type {
	case "user.merged":
		for _, moved := range s.orders[user] {
			s.orders[survivor] = append(s.orders[survivor], order{User: survivor, Item: moved.Item})
		}
		delete(s.orders, user)
	case "user.closed":
		delete(s.orders, user)
	}
}

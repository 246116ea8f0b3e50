// Logs a person in on WeChat, links QQ, reads the user and logs out. Arguments: the server's address, the person's name in the sandbox.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"example.com/miniprogram/login"
)

// must ends the program on an error, which keeps the example short.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// answer is for operations, which also return the response.
func answer[T any](value T, _ *http.Response, err error) T { return must(value, err) }

// codeOf takes a login code from the sandbox. In an app it comes from wx.login() or qq.login().
func codeOf(server, platform, person string) string {
	body := must(json.Marshal(map[string]string{"person": person}))
	response := must(http.Post(server+"/sandbox/"+platform+"/login", "application/json", bytes.NewReader(body)))
	defer response.Body.Close()
	var code struct{ Code string }
	if err := json.NewDecoder(response.Body).Decode(&code); err != nil {
		log.Fatal(err)
	}
	return code.Code
}

func main() {
	server, person := os.Args[1], os.Args[2]
	settings := login.NewConfiguration()
	settings.Servers = login.ServerConfigurations{{URL: server}}
	client := login.NewAPIClient(settings)
	keys := map[string]login.APIKey{"ClientId": {Key: "sandbox"}}
	ctx := context.WithValue(context.Background(), login.ContextAPIKeys, keys)

	first := *login.NewSilentLoginWechat(codeOf(server, "wechat", person))
	session := answer(client.WeChatAPI.SilentLoginWechat(ctx).SilentLoginWechat(first).Execute())
	keys["Session"] = login.APIKey{Key: session.Token, Prefix: "Hydrogen-r1"}
	fmt.Println("logged in as", session.UserId)
	second := *login.NewSignedProfileLink(codeOf(server, "qq", person))
	fmt.Println("linked to", answer(client.QQAPI.LinkQq(ctx).SignedProfileLink(second).Execute()).UserId)
	user := answer(client.UsersAPI.GetUser(ctx, session.UserId).Execute())
	fmt.Println("platforms", strings.Join(slices.Sorted(maps.Keys(user.GetProvider())), " "))
	fmt.Println("logged out", answer(client.SessionsAPI.Logout(ctx).Body(map[string]any{}).Execute()).Status)

	_, response, err := client.WeChatAPI.SilentLoginWechat(ctx).SilentLoginWechat(first).Execute()
	var failure *login.GenericOpenAPIError
	if errors.As(err, &failure) {
		fmt.Println("refused", response.StatusCode, failure.Model().(login.ApiError).Code)
	}
}

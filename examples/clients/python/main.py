"""Logs a person in on WeChat, links QQ, reads the user and logs out. Arguments: the server's address, the person's name in the sandbox."""

import json
import sys
import time
import urllib.request

import miniprogram_login as login

server, person = (*sys.argv[1:], "http://127.0.0.1:3000", f"larry-{time.time():.0f}")[:2]


def code_of(platform):
    """A login code from the sandbox. In an app it comes from wx.login() or qq.login()."""
    body = json.dumps({"person": person}).encode()
    request = urllib.request.Request(f"{server}/sandbox/{platform}/login", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["code"]


settings = login.Configuration(server, api_key={"ClientId": "sandbox"}, api_key_prefix={"Session": "Hydrogen-r1"})
client = login.ApiClient(settings)

first = login.SilentLoginWechat(code=code_of("wechat"))
session = login.WeChatApi(client).silent_login_wechat(first)
settings.api_key["Session"] = session.token
print("logged in as", session.user_id)
print("linked to", login.QQApi(client).link_qq(login.SignedProfileLink(code=code_of("qq"))).user_id)
user = login.UsersApi(client).get_user(session.user_id)
print("platforms", *sorted(user.provider))
print("logged out", login.SessionsApi(client).logout().status)
try:
    login.WeChatApi(client).silent_login_wechat(first)
except login.ApiException as error:
    print("refused", error.status, error.data.code)

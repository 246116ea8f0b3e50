//! Logs a person in on WeChat, links QQ, reads the user and logs out. Arguments: the server's address, the person's name in the sandbox.

use std::env;

use miniprogram_login::apis::configuration::Configuration;
use miniprogram_login::apis::we_chat_api::SilentLoginWechatError;
use miniprogram_login::apis::{Error, ResponseContent, qq_api, sessions_api, users_api, we_chat_api};
use miniprogram_login::models::{SignedProfileLink, SilentLoginWechat};
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

/// A login code from the sandbox. In an app it comes from wx.login() or qq.login().
async fn code_of(server: &str, platform: &str, person: &str) -> Result<String, Failure> {
    let request = Client::new().post(format!("{server}/sandbox/{platform}/login")).json(&json!({ "person": person }));
    let answer: Value = request.send().await?.json().await?;
    Ok(answer["code"].as_str().ok_or("no code")?.to_owned())
}

/// Settings for the app, and for the person whose session it is.
fn settings(server: &str, token: Option<&str>) -> Result<Configuration, Failure> {
    let mut headers = HeaderMap::from_iter([("X-Hydrogen-Client-ID".parse()?, HeaderValue::from_static("sandbox"))]);
    if let Some(token) = token {
        headers.insert(AUTHORIZATION, format!("Hydrogen-r1 {token}").parse()?);
    }
    let client = Client::builder().default_headers(headers).build()?;
    Ok(Configuration { base_path: server.to_owned(), client, ..Configuration::default() })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let [server, person] = [1, 2].map(|n| env::args().nth(n).expect("two arguments"));
    let app = settings(&server, None)?;

    let first = SilentLoginWechat::new(code_of(&server, "wechat", &person).await?);
    let session = we_chat_api::silent_login_wechat(&app, first.clone(), None, None).await?;
    let own = settings(&server, Some(&session.token))?;
    println!("logged in as {}", session.user_id);
    let second = SignedProfileLink::new(code_of(&server, "qq", &person).await?);
    println!("linked to {}", qq_api::link_qq(&own, second, None).await?.user_id);
    let user = users_api::get_user(&own, session.user_id, None, None, None).await?;
    let mut platforms: Vec<_> = user._provider.unwrap_or_default().into_keys().collect();
    platforms.sort();
    println!("platforms {}", platforms.join(" "));
    println!("logged out {}", json!(sessions_api::logout(&own, None, Some(json!({}))).await?.status).as_str().unwrap_or_default());

    match we_chat_api::silent_login_wechat(&app, first, None, None).await {
        Err(Error::ResponseError(ResponseContent { status, entity: Some(SilentLoginWechatError::Status400(error)), .. })) => {
            println!("refused {} {}", status.as_u16(), error.code);
        }
        other => println!("{other:?}"),
    }
    Ok(())
}

//! The cookie of a browser's session, and what another site cannot do with it: the requirements T14 and T15.

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Expect as _, PASSWORD, TestApp, story};

/// The session's cookie, as an answer sets it.
pub fn cookie(answer: &Answer) -> String {
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value);
    cookies.into_iter().find(|value| value.starts_with("__Host-session=")).expect("a cookie").clone()
}

// One connection: what is written behind the answer is written before what is asked next.
#[story("database.connections=1")]
fn t14_a_browser_gets_a_cookie_and_no_token(t: TestApp) {
    let awa = t.ncp("SN");
    let browser = t.anonymous().with_header("sec-fetch-site", "same-origin");
    let login = json!({"email": awa.email, "password": PASSWORD, "cookie": true});
    let answer = browser.post("/auth/login", &login).unwrap();
    assert_eq!(answer.json(), json!({"status": "logged_in"}));
    let set = cookie(&answer);
    for attribute in ["HttpOnly", "Secure", "Path=/", "SameSite=Lax"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let browser = browser.with_header("cookie", set.split(';').next().unwrap());
    browser.get("/me").unwrap().expect(200);
    browser.get("/contacts").unwrap().expect(200);
    browser.json("PATCH", "/me", &json!({"job_title": "Director"})).unwrap().expect(200);
    // It lives as long as it is used, and no longer.
    for _ in 0..3 {
        t.pass(Duration::from_mins(50));
        browser.get("/me").unwrap().expect(200);
        t.run(async { t.portal.db.write(|_| Ok(())).await }).unwrap();
    }
    t.pass(Duration::from_mins(61));
    assert_eq!(browser.get("/me").unwrap().refused(401), "session_ended");

    let again = t.anonymous().post("/auth/login", &login).unwrap();
    let browser = t.anonymous().with_header("sec-fetch-site", "same-origin");
    let browser = browser.with_header("cookie", cookie(&again).split(';').next().unwrap());
    let out = browser.post("/auth/logout", &json!({})).unwrap();
    assert!(cookie(&out).contains("Max-Age=0"), "{}", cookie(&out));
    assert_eq!(browser.get("/me").unwrap().refused(401), "session_ended");
}

#[story("server.allowed_origins=https://app.example")]
fn t15_another_site_cannot_act_in_a_browsers_name(t: TestApp) {
    let awa = t.ncp("SN");
    let login = json!({"email": awa.email, "password": PASSWORD, "cookie": true});
    let set = cookie(&t.anonymous().post("/auth/login", &login).unwrap());
    let set = set.split(';').next().unwrap();
    let change = |headers: &[(&str, &str)], with_cookie: bool| {
        let client = if with_cookie { t.anonymous().with_header("cookie", set) } else { (*awa).clone() };
        let client = headers.iter().fold(client, |client, (name, value)| client.with_header(name, value));
        client.json("PATCH", "/me", &json!({"job_title": "Director"})).unwrap()
    };
    for (headers, with_cookie, welcome) in [
        (&[("sec-fetch-site", "same-origin")][..], true, true),
        (&[("sec-fetch-site", "none")], true, true),
        (&[("origin", "https://portal.example")], true, true),
        (&[("sec-fetch-site", "cross-site")], true, false),
        (&[("sec-fetch-site", "same-site")], true, false),
        (&[("sec-fetch-site", "cross-site"), ("origin", "https://portal.example")], true, false),
        (&[("origin", "https://evil.example")], true, false),
        (&[("origin", "null")], true, false),
        (&[("origin", "https://app.example"), ("sec-fetch-site", "cross-site")], true, false),
        (&[], true, false),
        (&[], false, true),
        (&[("origin", "https://evil.example")], false, false),
        (&[("sec-fetch-site", "cross-site")], false, false),
        (&[("origin", "https://app.example"), ("sec-fetch-site", "cross-site")], false, true),
    ] {
        let answer = change(headers, with_cookie);
        if welcome {
            answer.expect(200);
        } else {
            assert_eq!(answer.refused(403), "cross_site", "{headers:?}");
        }
    }
    let crossing = t.anonymous().with_header("sec-fetch-site", "cross-site");
    assert_eq!(crossing.post("/auth/login", &login).unwrap().refused(403), "cross_site");
    let form = Some(("application/x-www-form-urlencoded", b"email=a%40b.example&password=x&cookie=true".as_slice()));
    assert_eq!(t.anonymous().send("POST", "/api/v1/auth/login", form).unwrap().refused(415), "media_type");
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let reads = document["paths"].as_object().unwrap().values().filter_map(|path| path.get("get"));
    assert!(reads.into_iter().all(|get| get.get("requestBody").is_none()), "no GET changes anything");
}

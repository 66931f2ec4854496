//! Cookies that another host of the domain plants in a browser (number 15).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use portal::demo::client::{Answer, Client};
use serde_json::json;

use crate::support::{Expect as _, PASSWORD, Person, TestApp, story};

/// Names that another host of the domain, or a page without TLS, may give to a cookie.
const PLANTED: [&str; 4] = ["%5F%5FHost%2D", "%5F_Host-", "__Host%2d", "__host-"];

/// The beginning of a cookie that an answer sets: its name and its value.
fn pair(answer: &Answer, name: &str) -> (String, String) {
    let cookies = answer.headers.iter().filter(|(header, _)| header == "set-cookie").map(|(_, value)| value);
    let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
    let (name, value) = pairs.find(|(known, _)| *known == name).expect("a cookie");
    (name.to_owned(), value.to_owned())
}

/// Logs a browser in; returns what its session is.
fn session(t: &TestApp, person: &Person) -> String {
    let login = json!({"email": person.email, "password": PASSWORD, "cookie": true});
    pair(&t.anonymous().post("/auth/login", &login).unwrap(), "__Host-session").1
}

/// A browser with these cookies.
fn browser(t: &TestApp, cookies: &str) -> Client {
    t.anonymous().with_header("sec-fetch-site", "same-origin").with_header("cookie", cookies)
}

#[story]
fn a15_a_planted_name_that_decodes_to_ours_is_no_session(t: TestApp) {
    let (awa, thief) = (t.ncp("SN"), t.ncp("KE"));
    let (own, planted) = (session(&t, &awa), session(&t, &thief));
    let own_pair = format!("__Host-session={own}");
    for name in PLANTED.map(|prefix| format!("{prefix}session")) {
        let planted = format!("{name}={planted}");
        assert_eq!(browser(&t, &planted).get("/me").unwrap().refused(401), "login_required", "{planted}");
        for jar in [format!("{planted}; {own_pair}"), format!("{own_pair}; {planted}")] {
            let me = browser(&t, &jar).get("/me").unwrap().expect(200);
            assert_eq!(me["email"], awa.email.as_str(), "{jar}");
        }
    }
    // What the owner types is not stored with another account, and logging out ends the owner's session.
    let browser = |cookies: &str| browser(&t, cookies);
    let jar = format!("%5F%5FHost%2Dsession={planted}; {own_pair}");
    browser(&jar).json("PATCH", "/me", &json!({"job_title": "Director of Awa"})).unwrap().expect(200);
    assert_ne!(thief.get("/me").expect(200)["job_title"], "Director of Awa");
    assert_eq!(browser(&jar).post("/auth/logout", &json!({})).unwrap().status, 204);
    assert_eq!(browser(&own_pair).get("/me").unwrap().refused(401), "session_ended");
    browser(&format!("__Host-session={planted}")).get("/me").unwrap().expect(200);
}

#[story]
fn a15_a_planted_name_that_decodes_to_ours_is_no_device(t: TestApp) {
    const HOME: &str = "192.0.2.7";
    let (awa, thief) = (t.ncp("SN"), t.ncp("KE"));
    let device = |person: &Person| pair(&t.try_login(HOME, &person.email, PASSWORD), "__Host-device").1;
    let (own, planted) = (device(&awa), device(&thief));
    for _ in 0..20 {
        t.try_login("192.0.2.66", &awa.email, "not the password of anybody");
    }
    assert_eq!(t.try_login(HOME, &awa.email, PASSWORD).refused(429), "too_many_attempts");
    // The known device has a budget of its own, whatever stands beside its cookie.
    let login = json!({"email": awa.email, "password": PASSWORD});
    for name in PLANTED.map(|prefix| format!("{prefix}device")) {
        for jar in [format!("{name}={planted}; __Host-device={own}"), format!("__Host-device={own}; {name}={planted}")]
        {
            t.from(HOME).with_header("cookie", &jar).post("/auth/login", &login).unwrap().expect(200);
        }
        let encoded = t.from(HOME).with_header("cookie", &format!("{name}={own}"));
        assert_eq!(encoded.post("/auth/login", &login).unwrap().refused(429), "too_many_attempts", "{name}");
    }
}

/// How the answer begins to a reader of `/me` who sends these bytes as cookies.
fn head_of_answer(t: &TestApp, cookies: &[u8]) -> String {
    let mut socket = TcpStream::connect(t.address()).unwrap();
    let head = &b"GET /api/v1/me HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\nCookie: "[..];
    socket.write_all(&[head, cookies, &b"\r\n\r\n"[..]].concat()).unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

#[story]
fn a15_no_other_cookie_ends_the_login_of_a_browser(t: TestApp) {
    let own = session(&t, &t.ncp("SN"));
    for other in [
        &b"foo"[..],
        b"=x",
        b"foo=%ff",
        b"foo=\xff\xfe",
        b"\xff",
        b"%ff=\xc3",
        b"x=\"",
        b"$Version=1",
        b"%5F%5FHost-session=\xff",
    ] {
        let own = format!("__Host-session={own}");
        for jar in [[other, b"; ", own.as_bytes()].concat(), [own.as_bytes(), b"; ", other].concat()] {
            let head = head_of_answer(&t, &jar);
            assert!(head.starts_with("HTTP/1.1 200"), "{head}: {}", String::from_utf8_lossy(&jar));
        }
    }
}

#[story]
fn a15_two_cookies_of_our_name_open_nothing(t: TestApp) {
    let (awa, thief) = (t.ncp("SN"), t.ncp("KE"));
    let (own, planted) = (session(&t, &awa), session(&t, &thief));
    for jar in [
        format!("__Host-session={planted}; __Host-session={own}"),
        format!("__Host-session={own}; x=1; __Host-session={planted}"),
        format!("__Host-session={own}; __Host-session="),
    ] {
        assert_eq!(browser(&t, &jar).get("/me").unwrap().refused(401), "login_required", "{jar}");
        // Nor does a request that does not say which page it comes from count as one without a session.
        let silent = t.anonymous().with_header("cookie", &jar);
        let login = json!({"email": awa.email, "password": PASSWORD, "cookie": true});
        assert_eq!(silent.post("/auth/login", &login).unwrap().refused(403), "cross_site", "{jar}");
        // A new login gives the browser one that counts.
        browser(&t, &jar).post("/auth/login", &login).unwrap().expect(200);
    }
    browser(&t, &format!("__Host-session={own}")).get("/me").unwrap().expect(200);
}

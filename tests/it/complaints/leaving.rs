//! Unsubscribing by one click, also from a mail program in a browser (number 5, RFC 8058).

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::reading::announce;
use crate::support::{Expect as _, Person, TestApp, has_form, story};

const FORM: &str = "application/x-www-form-urlencoded";
const ONE_CLICK: Option<(&str, &[u8])> = Some((FORM, b"List-Unsubscribe=One-Click"));

/// Headers that mail programs in browsers send with a click, in addition to the form.
const BROWSERS: [&[(&str, &str)]; 4] = [
    &[("origin", "https://mail.provider.example"), ("sec-fetch-site", "cross-site")],
    &[("origin", "https://mail.provider.example")],
    &[("origin", "null"), ("sec-fetch-site", "cross-site"), ("cookie", "__Host-session=of-somebody")],
    &[("sec-fetch-site", "cross-site")],
];

fn wants_news(person: &Person) -> bool {
    let topics = person.get("/me/subscriptions").expect(200);
    let news = topics["data"].as_array().unwrap().iter().find(|row| row["topic"] == "news");
    news.unwrap()["subscribed"] == true
}

#[story("server.allowed_origins=https://app.example")]
fn b05_a_list_is_left_by_one_click_from_a_browser(t: TestApp) {
    let awa = t.ncp("SN");
    announce(&t.admin(), "News", &json!({"topic": "news"}));
    t.deliver();
    let mail = t.newest_mail(&awa.email);
    let link = mail.header("List-Unsubscribe").unwrap().trim_matches(['<', '>']).to_owned();
    let path = link.strip_prefix("https://portal.example").expect("a link of ours");
    let send = |method: &str, path: &str, headers: &[(&str, &str)], body: Option<(&str, &[u8])>| -> Answer {
        let client = headers.iter().fold(t.anonymous(), |client, (name, value)| client.with_header(name, value));
        client.send(method, path, body).unwrap()
    };
    for headers in BROWSERS {
        for path in [path.to_owned(), format!("{path}/")] {
            awa.put("/me/subscriptions", &json!({"topics": {"news": true}})).expect(200);
            let left = send("POST", &path, headers, ONE_CLICK);
            assert_eq!((left.status, wants_news(&awa)), (200, false), "{headers:?} {path}: {}", left.text);
            assert_eq!(left.header("set-cookie"), None);
            assert!(left.header("access-control-allow-origin").is_some(), "{headers:?}");
        }
    }
    let shown = send("GET", &format!("{path}/"), &[], None);
    assert!(shown.status == 200 && has_form(&shown.text), "{}", shown.text);
    // The preflight request of a browser before a script may send it.
    let asks = [("origin", "https://mail.provider.example"), ("access-control-request-method", "POST")];
    for headers in [&asks[..], &[]] {
        let options = send("OPTIONS", path, headers, None);
        assert!((200..300).contains(&options.status), "{headers:?}: {}", options.status);
    }
    assert!(send("OPTIONS", path, &[], None).header("allow").unwrap().contains("POST"));
}

#[story]
fn b05_what_reads_a_cookie_is_not_open_to_other_sites(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let id = announce(&admin, "News", &json!({"acknowledge": true}));
    t.deliver();
    let pages = [format!("/announcements/{id}"), "/forgot".to_owned(), "/api/v1/auth/login".to_owned()];
    for headers in BROWSERS {
        let client = headers.iter().fold(t.anonymous(), |client, (name, value)| client.with_header(name, value));
        for page in &pages {
            assert_eq!(client.send("POST", page, ONE_CLICK).unwrap().refused(403), "cross_site", "{page} {headers:?}");
        }
    }
    assert_eq!(awa.get(&format!("/announcements/{id}")).expect(200)["acknowledged_at"], Value::Null);
}

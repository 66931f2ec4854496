//! Links of mails that are sent again and again (number 19): what changes nothing waits for no writer, and what changes
//! something is charged to the network.

use portal::demo::client::{Answer, Client};
use serde_json::json;

use super::lines::{held, id};
use super::mailed_links::link_token;
use crate::reading::announce;
use crate::support::{Expect as _, PASSWORD, TestApp, story};

/// Sends a form by a link.
fn send(client: &Client, path: &str, form: &str) -> Answer {
    client.send("POST", path, Some(("application/x-www-form-urlencoded", form.as_bytes()))).unwrap()
}

/// The links in a mail about an announcement that asks for an acknowledgement: to acknowledge, and to choose topics.
fn links(t: &TestApp, email: &str) -> [String; 3] {
    let announcement = announce(&t.admin(), "To be read", &json!({"acknowledge": true, "topic": "news"}));
    let token = link_token(t, email, &announcement);
    [
        format!("/announcements/{announcement}?mail={token}"),
        format!("/unsubscribe/{token}"),
        format!("/subscriptions/{token}"),
    ]
}

#[story]
fn a19_a_link_that_changes_nothing_waits_for_no_writer(t: TestApp) {
    let awa = t.ncp("SN");
    let [acknowledge, leave, choose] = links(&t, &awa.email);
    let stranger = t.from("203.0.113.9");
    let all = || {
        [
            send(&stranger, &acknowledge, "").status,
            send(&stranger, &leave, "").status,
            send(&stranger, &choose, "digest=weekly").status,
        ]
    };
    assert_eq!(all(), [303, 200, 303]);
    let used = json!({"refresh_token": awa.tokens["refresh_token"]});
    let refresh = || stranger.post("/auth/refresh", &used).unwrap();
    let first = refresh().expect(200);
    held(&t, id(&awa), |release| {
        for _ in 0..3 {
            assert_eq!(all(), [303, 200, 303]);
            let again = refresh();
            assert_eq!(again.status, 200, "{}", again.text);
            assert_eq!(again.json()["refresh_token"], first["refresh_token"], "the answer that may be lost");
        }
        drop(release);
    });
    let (announcement, _) = acknowledge.split_once('?').unwrap();
    let read = awa.get(announcement).expect(200);
    assert!(read["acknowledged_at"].is_string(), "{read}");
    let subscribed = awa.get("/me/subscriptions").expect(200);
    assert_eq!(subscribed["digest"], "weekly", "{subscribed}");
}

#[story("throttle.network_link_writes=2")]
fn a19_changes_by_links_are_charged_to_the_network(t: TestApp) {
    let awa = t.ncp("SN");
    let [acknowledge, leave, choose] = links(&t, &awa.email);
    let proven = awa.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200);
    let awa = t.person(&awa.email, &proven);
    awa.post("/me/email", &json!({"email": "awa@moved.example"})).expect(202);
    let moved = t.mailed_token("awa@moved.example", "confirm-address");
    let (stranger, other) = (t.from("203.0.113.9"), t.from("198.51.100.9"));
    assert_eq!(send(&stranger, &acknowledge, "").status, 303);
    assert_eq!(send(&stranger, &leave, "").status, 200);
    for _ in 0..3 {
        let refused = send(&stranger, &choose, "digest=weekly");
        assert_eq!(refused.status, 429, "{}", refused.text);
        assert!(refused.header("retry-after").is_some());
        assert_eq!(send(&stranger, "/confirm-address", &format!("token={moved}")).status, 429);
        // What changes nothing is free.
        assert_eq!(send(&stranger, &acknowledge, "").status, 303);
        assert_eq!(send(&stranger, &leave, "").status, 200);
    }
    let kept = awa.get("/me/subscriptions").expect(200);
    assert_eq!(kept["digest"], "at_once", "{kept}");
    // The links are still good elsewhere.
    assert_eq!(send(&other, &choose, "digest=weekly").status, 303);
    assert_eq!(send(&other, "/confirm-address", &format!("token={moved}")).status, 303);
    t.login("awa@moved.example");
}

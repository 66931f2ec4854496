//! Links that a reply wraps within what they are known by, behind a mark of its own (number 20).

use serde_json::json;

use super::quotes::{longest_shown, newest_unread};
use crate::bounces::outcome;
use crate::support::{Expect as _, TestApp, story};

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a20_a_link_that_is_wrapped_before_its_secret_is_shown_to_nobody(t: TestApp) {
    let awa = t.ncp("SN");
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let token = t.mailed_token(&awa.email, "reset");
    let (begin, rest) = token.split_at(29);
    for (number, (mark, split)) in [("JD> ", 2), ("JD> ", 5), ("AD: ", 1), ("12: ", 3), ("k> ", 2)].iter().enumerate() {
        let (one, two) = "token=".split_at(*split);
        let quoted =
            format!("{mark}https://portal.example/reset?{one}\r\n{mark}{two}{begin}\r\n{mark}{rest}\r\n{mark}Bye");
        let answer = format!(
            "From: Awa <{}>\r\nTo: portal@portal.example\r\nSubject: RE: {number}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\nI have moved to the port office.\r\n\r\n{quoted}\r\n",
            awa.email
        );
        assert_eq!(outcome(&t, answer.as_bytes()), "not_understood");
        t.pass(std::time::Duration::from_secs(1));
        let shown = newest_unread(&t).to_string();
        assert!(shown.contains("port office") && shown.contains("***"), "{shown}");
        assert!(longest_shown(&token, &shown) < 8, "{quoted}: {shown}");
    }
}

//! Texts of third parties, and old links: quoted mails, refusals that name recipients, addresses made of words (numbers
//! 16 and 20).

use portal::demo::receiver::Verdict;
use portal::mail::bounce_records::unread::{self, NewUnread};
use serde_json::{Value, json};

use crate::bounces::outcome;
use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

/// The newest message that was not understood, as listed and with its text.
pub fn newest_unread(t: &TestApp) -> Value {
    let listed = t.admin().get("/bounces/not-understood").expect(200)["data"][0].clone();
    let id = listed["id"].as_str().unwrap();
    json!([listed, t.admin().get(&format!("/bounces/not-understood/{id}")).expect(200)])
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a20_an_answer_that_quotes_a_mail_shows_nobody_its_link(t: TestApp) {
    let awa = t.ncp("SN");
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let mail = t.newest_mail(&awa.email);
    let token = mail.token("reset").unwrap();
    let (begin, end) = token.split_at(20);
    let quoted: String = mail.text.lines().map(|line| format!("> {line}\r\n")).collect::<Vec<_>>().concat();
    let wrapped = quoted.replace(&token, &format!("{begin}\r\n> {end}"));
    for (number, quoted) in [quoted, wrapped].into_iter().enumerate() {
        let answer = format!(
            "From: Awa <{}>\r\nTo: portal@portal.example\r\nSubject: RE: reset?token={token}\r\n\
             Message-ID: <{number}@x.example>\r\n\r\nI have moved to the port office.\r\n\r\n{quoted}",
            awa.email
        );
        assert_eq!(outcome(&t, answer.as_bytes()), "not_understood");
        t.pass(std::time::Duration::from_secs(1));
        let shown = newest_unread(&t).to_string();
        assert!(shown.contains("port office") && shown.contains("token=***"), "{shown}");
        assert!(!shown.contains(begin) && !shown.contains(end), "{shown}");
    }
    // One that an older portal kept as it came.
    let now = t.clock.now();
    let old = NewUnread {
        id: portal::db::Id::first_of(now),
        fingerprint: vec![7; 32],
        received_at: now,
        mail_id: None,
        sender: "Awa".to_owned(),
        subject: format!("RE: /reset?token={token}"),
        body: format!("> https://portal.example/reset?token={token}\n"),
    };
    t.run(t.portal.db.write(move |conn| unread::keep(conn, &old))).unwrap();
    let shown = newest_unread(&t).to_string();
    assert!(shown.contains("RE: /reset?token=***") && !shown.contains(begin), "{shown}");
    let reset = json!({"token": token, "password": "velvet walnut drizzle"});
    // The link was good all the time.
    t.anonymous().post("/auth/password/reset", &reset).unwrap().expect(200);
}

/// The longest piece of a secret in a text.
pub fn longest_shown(secret: &str, text: &str) -> usize {
    let pieces = (0..secret.len()).flat_map(|from| (from + 1..=secret.len()).map(move |to| &secret[from..to]));
    pieces.filter(|piece| text.contains(piece)).map(str::len).max().unwrap_or_default()
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a20_a_link_that_a_program_marked_up_is_shown_to_nobody(t: TestApp) {
    let awa = t.ncp("SN");
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let token = t.mailed_token(&awa.email, "reset");
    let link = "https://portal.example/reset?token=";
    let (begin, end) = token.split_at(20);
    let wide: String = token.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    for quoted in [
        format!("<blockquote>{link}{}<span>{}</span></blockquote>", &token[..1], &token[1..]),
        format!("{link}{begin}<br>{end}"),
        format!("{link}{begin}<!-- -->{end}"),
        format!("<td>{link}{begin}</td><td>{end}</td>"),
        format!("> {link}{begin} > {end} > Bye"),
        format!("<pre>{link}{begin}\n&gt; {end}</pre>"),
        format!("{link}{wide}"),
        format!("{link}{begin}\u{301}{end}"),
    ] {
        for kind in ["text/plain", "text/html"] {
            let answer = format!(
                "From: Awa <{}>\r\nTo: portal@portal.example\r\nSubject: RE: {kind}\r\nMIME-Version: 1.0\r\n\
                 Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
                 I have moved to the port office.\r\n\r\n{quoted}\r\n",
                awa.email
            );
            assert_eq!(outcome(&t, answer.as_bytes()), "not_understood");
            t.pass(std::time::Duration::from_secs(1));
            let shown = newest_unread(&t).to_string();
            assert!(shown.contains("port office") && shown.contains("***"), "{shown}");
            assert!(longest_shown(&token, &shown) < 6 && !shown.contains(&wide), "{kind}, {quoted}: {shown}");
        }
    }
}

/// Sends an announcement to these two, where the server answers the mail to the first one with this line.
fn refused(t: &TestApp, line: &'static str) -> Vec<Value> {
    let awa = t.ncp("SN");
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    t.deliver();
    let admin = t.admin();
    let form = json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.mail_server_answers(&awa.email, [Verdict::RefuseMessage(line)]);
    t.deliver();
    let summary = admin.get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!(summary["total"], 2, "{summary}");
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    rows.into_iter().filter(|row| row["to_address"] == awa.email.as_str()).collect()
}

#[story]
fn a20_figures_of_what_does_not_work_name_no_reader(t: TestApp) {
    refused(
        &t,
        "550 5.7.1 <awa.diop@customs-sn.example>: daily sending quota exceeded for awa.diop@customs-sn.example",
    );
    let troubles = t.portal.troubles.all();
    let words: Vec<&str> = troubles.iter().map(|trouble| trouble.words.as_str()).collect();
    assert_eq!(words, ["550 5.7.1 *** daily sending quota exceeded for ***"]);
    let figures = t.portal.metrics.text(&troubles, &[], "").unwrap();
    assert!(figures.contains("daily sending quota") && !figures.contains("awa.diop"), "{figures}");
}

#[story]
fn a20_what_is_kept_of_a_refusal_has_no_link(t: TestApp) {
    let rows = refused(
        &t,
        "550 5.7.1 blocked: https://portal.example/subscriptions/aebagbafaydqqcikbmga2dqpcaireeyuculbogazdinryhi6d4qa",
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["last_reply"], "blocked: https://portal.example/subscriptions/***", "{rows:?}");
}

#[story]
fn a20_an_old_link_does_not_tell_that_the_password_was_changed(t: TestApp) {
    let awa = t.ncp("SN");
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let token = t.mailed_token(&awa.email, "reset");
    let open = |token: &str| t.anonymous().send("GET", &format!("/reset?token={token}"), None).unwrap();
    assert_eq!(open(&token).status, 200, "it is good");
    let change = json!({"current_password": PASSWORD, "new_password": "velvet walnut drizzle"});
    assert_eq!(awa.post("/me/password", &change).status, 204);
    let (ended, forged) = (open(&token), open("forged"));
    for answer in [ended, forged] {
        assert!(answer.status == 410 && answer.text.contains("This link is no longer valid"), "{}", answer.text);
        assert!(!answer.text.contains("already changed"), "{}", answer.text);
    }
}

#[story]
fn a16_an_address_made_of_words_holds_up_nobodys_links(t: TestApp) {
    let awa = t.ncp("SN");
    for (number, word) in ["throttl", "ratelimit", "outboundspam", "rate.throttl"].into_iter().enumerate() {
        let email = format!("{word}@evil{number}.example");
        let mut form = Application::new("KE", "Wanjiru Kamau").form();
        form["email"] = json!(email);
        let line = "451 4.3.0 <throttl.ratelimit@throttl.example>: come again, host mx.throttl.example";
        t.mail_server_answers(&email, [Verdict::Refuse(line), Verdict::Refuse(line)]);
        t.from(&format!("203.0.{}.7", 113 + number)).post("/registrations", &form).unwrap().expect(202);
        t.deliver();
    }
    assert_eq!(t.portal.troubles.all(), [], "the relay refuses mails, and not us");
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    assert!(t.newest_mail(&awa.email).token("reset").is_some(), "no time has passed");
}

//! The mailbox for reports: opened by a password or by a token, and the operator is told in the server's words why not.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use portal::bounces::mailbox::Mailbox;
use portal::config::{self, Sources};
use serde_json::{Value, json};

use super::relays::{degraded, metrics};
use crate::support::endpoint::{Endpoint, Reply};
use crate::support::{TestApp, story};

/// A mail server that hears these lines in each conversation and answers them so, with the tag of the line for `#`; anything else is
/// fine with it.
fn mail_server(conversations: Vec<Vec<(&'static str, &'static str)>>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for script in conversations {
            let (mut to, _) = listener.accept().unwrap();
            let mut from = BufReader::new(to.try_clone().unwrap());
            to.write_all(b"* OK ready\r\n").unwrap();
            let mut line = String::new();
            while from.read_line(&mut line).is_ok_and(|read| read > 0) {
                let (tag, command) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
                let said = script.iter().find(|(heard, _)| *heard == command).map(|(_, said)| *said);
                let answer = said.unwrap_or("# OK done\r\n").replace('#', tag);
                if to.write_all(answer.as_bytes()).is_err() {
                    break;
                }
                line.clear();
            }
        }
    });
    port
}

const SELECTED: (&str, &str) = ("SELECT \"INBOX\"", "* OK [UIDVALIDITY 7] ok\r\n# OK done\r\n");
const MODERN: (&str, &str) =
    ("CAPABILITY", "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2 SASL-IR\r\n# OK done\r\n");
/// `user=robot`, `auth=Bearer t0k3n`.
const BY_TOKEN: &str = "AUTHENTICATE XOAUTH2 dXNlcj1yb2JvdAFhdXRoPUJlYXJlciB0MGszbgEB";

/// The mailbox of these settings, as the portal would look into it.
fn mailbox(t: &TestApp, overrides: Vec<String>) -> Mailbox {
    let settings = config::load(&Sources { overrides, ..Sources::default() }).unwrap();
    let (bounces, troubles) = (t.portal.bounces.clone(), t.portal.troubles.clone());
    Mailbox::configured(&settings.bounces, bounces, troubles).unwrap().unwrap()
}

#[story]
fn b07_a_mailbox_that_can_not_be_read_says_so_in_the_servers_words(t: TestApp) {
    let refused = ("LOGIN \"robot\" \"tiger\"", "# NO [ALERT] Basic authentication is disabled, not tiger\r\n");
    let port = mail_server(vec![vec![SELECTED], vec![refused], vec![refused], vec![SELECTED]]);
    let mut mailbox = mailbox(&t, vec![format!("bounces.imap_url=imap://robot:tiger@127.0.0.1:{port}")]);
    assert_eq!(t.run(mailbox.look()), Ok(0));
    let read_at = t.clock.now();
    for _ in 0..2 {
        t.pass(Duration::from_mins(5));
        let why = t.run(mailbox.look()).unwrap_err();
        assert!(why.contains("Basic authentication is disabled"), "{why}");
        assert!(!why.contains("tiger"), "{why}");
    }
    assert_eq!(degraded(&t), ["reports_mailbox"]);
    assert_eq!(t.portal.troubles.all()[0].since, read_at, "no report could be read since then");
    let since = format!("}} {}\n", read_at.as_seconds());
    let text = metrics(&t);
    assert!(
        text.contains("part=\"reports_mailbox\",words=\"LOGIN: NO [ALERT] Basic") && text.contains(&since),
        "{text}"
    );
    assert_eq!(t.run(mailbox.look()), Ok(0));
    assert_eq!(degraded(&t), Vec::<String>::new());
}

#[story]
fn b07_a_mailbox_without_passwords_is_opened_by_a_token_of_a_command(t: TestApp) {
    let port = mail_server(vec![vec![MODERN, (BY_TOKEN, "# OK welcome\r\n"), SELECTED]]);
    let url = format!("bounces.imap_url=imap://robot@127.0.0.1:{port}/INBOX");
    let mut with_token = mailbox(&t, vec![url, "bounces.imap_token_command=printf t0k3n".to_owned()]);
    assert_eq!(t.run(with_token.look()), Ok(0));
    let url = "bounces.imap_url=imap://robot@127.0.0.1:1/INBOX".to_owned();
    let mut without = mailbox(&t, vec![url.clone(), "bounces.imap_token_command=false".to_owned()]);
    assert!(t.run(without.look()).unwrap_err().contains("token command"));
    assert_eq!(degraded(&t), ["reports_mailbox"]);
    let neither = config::load(&Sources { overrides: vec![url], ..Sources::default() });
    assert!(neither.is_err(), "neither a password nor a token");
}

#[story]
fn b07_a_mailbox_without_passwords_is_opened_by_client_credentials(t: TestApp) {
    let provider = Endpoint::start();
    let said = |body: &Value| Reply::Status(if body.get("error").is_some() { 401 } else { 200 }, body.to_string());
    provider.replies([
        said(&json!({"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret"})),
        said(&json!({"access_token": "t0k3n", "token_type": "Bearer", "expires_in": 3_600})),
    ]);
    let opened = vec![MODERN, (BY_TOKEN, "# OK welcome\r\n"), SELECTED];
    let port = mail_server(vec![opened.clone(), opened]);
    let mut mailbox = mailbox(
        &t,
        vec![
            format!("bounces.imap_url=imap://robot@127.0.0.1:{port}/INBOX"),
            format!("bounces.imap_oauth_token_url={}", provider.url()),
            "bounces.imap_oauth_client_id=portal".to_owned(),
            "bounces.imap_oauth_client_secret=s3cret+".to_owned(),
            "bounces.imap_oauth_scope=https://mail.example/.default".to_owned(),
        ],
    );
    let refused = t.run(mailbox.look()).unwrap_err();
    assert!(refused.contains("invalid_client AADSTS7000215"), "{refused}");
    for _ in 0..2 {
        assert_eq!(t.run(mailbox.look()), Ok(0));
    }
    let asked = provider.received();
    assert_eq!(asked.len(), 2, "the token is kept");
    assert!(
        asked[1].body.contains("grant_type=client_credentials") && asked[1].body.contains("client_secret=s3cret%2B")
    );
}

//! The client, with a relay that answers only after it got exactly what it expects.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

#[test]
fn a_relay_is_read_from_its_url() {
    let relay = RelayUrl::parse("smtp://robot%40x:p%40ss+word@relay.example:2525?tls=required").unwrap();
    assert_eq!((relay.host.as_str(), relay.port, relay.encryption), ("relay.example", 2525, Encryption::Required));
    let (user, password) = relay.login.unwrap();
    assert_eq!((user.as_str(), password.expose_secret()), ("robot@x", "p@ss+word"));
    assert_eq!(RelayUrl::parse("smtps://relay.example").unwrap().port, 465);
    for bad in ["http://x", "smtp://", "smtp://x?tls=yes", "smtp://user@x", "smtp://u:p@x?tls=opportunistic"] {
        assert!(RelayUrl::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn goal_37_an_address_beyond_ascii_wants_a_relay_that_knows_them() {
    let envelope = |to: &str| Envelope { from: "a@x.example".into(), to: to.into(), size: 9, is_eight_bit: false };
    let plain = Extensions::default();
    let able = Extensions { utf8: true, eight_bit: true, size: Some(0), ..plain };
    assert_eq!(plain.refuse(&envelope("b@x.example")), None);
    assert!(matches!(plain.refuse(&envelope("zoë@x.example")), Some(Fault::Refused(reply)) if reply.is_permanent()));
    assert_eq!(able.refuse(&envelope("zoë@x.example")), None);
    assert_eq!(able.mail_from(&envelope("zoë@x.example")), "MAIL FROM:<a@x.example> SIZE=9 SMTPUTF8\r\n");
    assert_eq!(plain.mail_from(&envelope("b@x.example")), "MAIL FROM:<a@x.example>\r\n");
    let small = Extensions { size: Some(5), ..plain };
    assert!(small.refuse(&envelope("b@x.example")).is_some());
}

/// A relay that, step by step, reads until the input since its last answer ends with the first text, and then sends the
/// second. A client that waits for an answer in between waits in vain.
async fn relay(steps: &'static [(&'static str, &'static str)]) -> (Dialer, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        socket.write_all(b"220 relay.example\r\n").await.unwrap();
        for (wanted, answer) in steps {
            let mut bytes = Vec::new();
            while !bytes.ends_with(wanted.as_bytes()) {
                if socket.read_buf(&mut bytes).await.unwrap() == 0 {
                    return heard;
                }
            }
            heard.push(String::from_utf8(bytes).unwrap());
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
        heard
    });
    let relay = RelayUrl::parse(&format!("smtp://127.0.0.1:{port}")).unwrap();
    (Dialer::new(relay, "portal.example", crate::tls::connector("").unwrap(), Duration::from_secs(5)), script)
}

fn envelope(to: &str) -> Envelope {
    Envelope { from: "p@x.example".to_owned(), to: to.to_owned(), size: 10, is_eight_bit: false }
}

const PIPELINES: (&str, &str) = ("EHLO portal.example\r\n", "250-relay.example\r\n250 PIPELINING\r\n");

#[tokio::test]
async fn goal_02_a_mail_costs_one_round_trip_where_the_relay_announces_it() {
    let (dialer, script) = relay(&[
        PIPELINES,
        ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go\r\n"),
        (
            "\r\n.\r\nMAIL FROM:<p@x.example>\r\nRCPT TO:<b@y.example>\r\nDATA\r\n",
            "250 2.0.0 A\r\n250 ok\r\n250 ok\r\n354 go\r\n",
        ),
        ("two\r\n.\r\n", "250 2.0.0 B\r\n"),
    ])
    .await;
    let mut open = dialer.connect().await.unwrap();
    let first = open.exchange(None, Some(&envelope("a@y.example"))).await;
    assert_eq!((first.delivered, first.opened), (None, Some(Ok(()))));
    let second = open.exchange(Some(b"one\r\n"), Some(&envelope("b@y.example"))).await;
    assert_eq!(second.delivered.unwrap().unwrap().words, "A");
    assert_eq!(second.opened, Some(Ok(())));
    let last = open.exchange(Some(b"two\r\n"), None).await;
    assert_eq!((last.delivered.unwrap().unwrap().words.as_str(), open.sent), ("B", 2));
    script.await.unwrap();
}

#[tokio::test]
async fn goal_02_a_relay_that_does_not_announce_it_gets_line_by_line() {
    let (dialer, script) = relay(&[
        ("EHLO portal.example\r\n", "502 what?\r\n"),
        ("HELO portal.example\r\n", "250 relay.example\r\n"),
        ("MAIL FROM:<p@x.example>\r\n", "250 ok\r\n"),
        ("RCPT TO:<a@y.example>\r\n", "550 5.1.1 unknown\r\n"),
        ("RSET\r\n", "250 ok\r\n"),
        ("MAIL FROM:<p@x.example>\r\n", "250 ok\r\n"),
        ("RCPT TO:<b@y.example>\r\n", "250 ok\r\n"),
        ("DATA\r\n", "354 go\r\n"),
        (".\r\n", "250 ok\r\n"),
    ])
    .await;
    let mut open = dialer.connect().await.unwrap();
    let Some(Err(Fault::Refused(reply))) = open.exchange(None, Some(&envelope("a@y.example"))).await.opened else {
        panic!("it was refused")
    };
    assert_eq!((reply.code, reply.status.as_deref()), (550, Some("5.1.1")));
    assert_eq!(open.exchange(None, Some(&envelope("b@y.example"))).await.opened, Some(Ok(())));
    assert!(open.exchange(Some(b"x\r\n"), None).await.delivered.unwrap().is_ok());
    script.await.unwrap();
}

#[tokio::test]
async fn goal_17_a_refused_reader_costs_no_connection_and_gets_no_text() {
    let (dialer, script) = relay(&[
        PIPELINES,
        ("DATA\r\n", "250 ok\r\n550 5.1.1 unknown\r\n503 no recipients\r\n"),
        (
            "RSET\r\nMAIL FROM:<p@x.example>\r\nRCPT TO:<b@y.example>\r\nDATA\r\n",
            "250 ok\r\n250 ok\r\n550 5.1.1 unknown\r\n354 go\r\n",
        ),
        // The relay has asked for a text although it accepted no recipient.
        (".\r\n", "554 no valid recipients\r\n"),
        ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go\r\n"),
    ])
    .await;
    let mut open = dialer.connect().await.unwrap();
    for to in ["a@y.example", "b@y.example"] {
        let opened = open.exchange(None, Some(&envelope(to))).await.opened;
        assert!(matches!(&opened, Some(Err(Fault::Refused(reply))) if reply.code == 550), "{opened:?}");
    }
    assert_eq!(open.exchange(None, Some(&envelope("c@y.example"))).await.opened, Some(Ok(())));
    let heard = script.await.unwrap();
    assert_eq!(heard[3], ".\r\n", "an empty text, which is never a mail");
}

#[tokio::test]
async fn goal_21_a_relay_that_closed_an_idle_connection_is_no_fault_of_the_next_mail() {
    let (dialer, script) = relay(&[
        PIPELINES,
        ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go\r\n"),
        (".\r\n", "250 ok\r\n421 4.4.2 idle for too long\r\n"),
    ])
    .await;
    let mut open = dialer.connect().await.unwrap();
    open.exchange(None, Some(&envelope("a@y.example"))).await;
    assert!(open.exchange(Some(b"x\r\n"), None).await.delivered.unwrap().is_ok());
    script.await.unwrap();
    let opened = open.exchange(None, Some(&envelope("b@y.example"))).await.opened;
    assert!(matches!(&opened, Some(Err(Fault::Stale(_)))), "{opened:?}");
}

#[tokio::test]
async fn b03_a_refused_sender_is_about_us_and_a_refused_size_about_the_mail() {
    let (dialer, script) = relay(&[
        PIPELINES,
        ("DATA\r\n", "552 5.3.4 Message size exceeds the maximum\r\n503 no\r\n503 no\r\n"),
        ("DATA\r\n", "250 ok\r\n550 5.7.1 not you\r\n503 no\r\n503 no\r\n"),
    ])
    .await;
    let mut open = dialer.connect().await.unwrap();
    let opened = open.exchange(None, Some(&envelope("a@y.example"))).await.opened;
    assert!(matches!(&opened, Some(Err(Fault::Refused(reply))) if reply.code == 552), "{opened:?}");
    let opened = open.exchange(None, Some(&envelope("b@y.example"))).await.opened;
    assert!(matches!(&opened, Some(Err(Fault::Us(reply))) if reply.code == 550), "{opened:?}");
    script.await.unwrap();
}

#[tokio::test]
async fn b03_a_relay_that_has_had_enough_of_a_connection_does_not_mean_the_mail() {
    let (dialer, script) = relay(&[
        PIPELINES,
        ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go\r\n"),
        ("DATA\r\n", "250 2.0.0 A\r\n452 4.3.2 too many\r\n503 no\r\n503 no\r\n"),
    ])
    .await;
    let mut open = dialer.connect().await.unwrap();
    open.exchange(None, Some(&envelope("a@y.example"))).await;
    let answer = open.exchange(Some(b"one\r\n"), Some(&envelope("b@y.example"))).await;
    assert!(answer.delivered.unwrap().is_ok());
    assert!(matches!(&answer.opened, Some(Err(Fault::Connection(reply))) if reply.code == 452), "{:?}", answer.opened);
    assert_eq!(open.sent, 1);
    script.await.unwrap();
}

#[tokio::test]
async fn b04_where_starttls_fails_mail_leaves_without_it_only_where_that_is_allowed() {
    for (encryption, is_opened) in [(Encryption::Opportunistic, true), (Encryption::Required, false)] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                socket.write_all(b"220 relay.example\r\n").await.unwrap();
                let mut heard = Vec::new();
                while socket.read_buf(&mut heard).await.is_ok_and(|read| read > 0) {
                    let refuses = heard.ends_with(b"STARTTLS\r\n");
                    let offers = "250-relay.example\r\n250 STARTTLS\r\n";
                    let answer = if refuses { "454 4.7.0 TLS not available\r\n" } else { offers };
                    socket.write_all(answer.as_bytes()).await.unwrap();
                }
            }
        });
        let relay = RelayUrl { encryption, ..RelayUrl::parse(&format!("smtp://127.0.0.1:{port}")).unwrap() };
        let tls = crate::tls::lenient_connector("").unwrap();
        let opened = Dialer::new(relay, "portal.example", tls, Duration::from_secs(5)).connect().await;
        assert_eq!(opened.is_ok(), is_opened, "{encryption:?}");
    }
}

#[tokio::test]
async fn what_is_said_before_the_encryption_is_not_taken_for_something_said_in_it() {
    let (dialer, script) = relay(&[
        ("EHLO portal.example\r\n", "250-relay.example\r\n250 STARTTLS\r\n"),
        ("STARTTLS\r\n", "220 go\r\n250 AUTH PLAIN\r\n"),
    ])
    .await;
    let relay = RelayUrl { encryption: Encryption::Required, ..dialer.relay.clone() };
    let dialer = Dialer::new(relay, "portal.example", crate::tls::connector("").unwrap(), Duration::from_secs(5));
    let Err(Fault::Relay(why)) = dialer.connect().await else { panic!("no conversation") };
    assert!(why.contains("out of turn"), "{why}");
    script.await.unwrap();
}

#[tokio::test]
async fn a_relay_without_encryption_gets_no_mail_where_that_is_required() {
    let (dialer, _script) = relay(&[("EHLO portal.example\r\n", "250 relay.example\r\n")]).await;
    let relay = RelayUrl { encryption: Encryption::Required, ..dialer.relay.clone() };
    let dialer = Dialer::new(relay, "portal.example", crate::tls::connector("").unwrap(), Duration::from_secs(5));
    assert!(matches!(dialer.connect().await, Err(Fault::Relay(why)) if why.contains("STARTTLS")));
}

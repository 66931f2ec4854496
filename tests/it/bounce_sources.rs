//! The ways by which returned mail comes in besides the API: a mail server that hands it over by SMTP, and a mailbox
//! that is looked into.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use portal::bounces::BounceSources;
use portal::bounces::mailbox::Mailbox;
use portal::config::{self, Sources};
use portal::incidents::Troubles;
use tokio_util::sync::CancellationToken;

use crate::bounces::{announce, delivery, mail, paths, report, suppressions};
use crate::support::{Application, TestApp, story};

/// Takes reports at a port until it is stopped.
pub struct Listening {
    pub port: std::net::SocketAddr,
    stop: CancellationToken,
    server: thread::JoinHandle<()>,
}

impl Listening {
    pub fn start(t: &TestApp) -> Self {
        // Each story needs another port: a settings file of its own would name one.
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let settings = settings(&[&format!("bounces.listen={port}"), "mail.bounce_domain=bounces.portal.example"]);
        let (stop, bounces) = (CancellationToken::new(), t.portal.bounces.clone());
        let stopping = stop.clone();
        let (up, is_up) = std::sync::mpsc::channel();
        let server = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let intakes = BounceSources::open(&settings.bounces, bounces, Troubles::default()).await.unwrap();
                up.send(()).unwrap();
                intakes.serve(stopping).await;
            });
        });
        is_up.recv().unwrap();
        Self { port, stop, server }
    }

    pub fn stop(self) {
        self.stop.cancel();
        self.server.join().unwrap();
    }
}

/// Speaks to a server of lines.
pub struct Talk {
    from: BufReader<TcpStream>,
    to: TcpStream,
}

impl Talk {
    pub fn to(address: std::net::SocketAddr) -> Self {
        let to = TcpStream::connect(address).unwrap();
        to.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut talk = Self { from: BufReader::new(to.try_clone().unwrap()), to };
        assert!(talk.hear().starts_with("220 "));
        talk
    }

    /// The last line of an answer.
    pub fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.from.read_line(&mut line).unwrap();
            if line.get(3..4) != Some("-") {
                return line.trim_end().to_owned();
            }
        }
    }

    pub fn say(&mut self, line: &str) -> String {
        write!(self.to, "{line}\r\n").unwrap();
        self.hear()
    }
}

#[story("mail.bounce_domain=bounces.portal.example")]
fn goal_45_a_mail_server_hands_reports_over(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let announcement = announce(&t, None);
    let mails = [&awa, &wanjiru].map(|person| mail(&t, &announcement, &person.email));
    let listening = Listening::start(&t);
    let mut talk = Talk::to(listening.port);
    assert!(talk.say("LHLO mx.example").starts_with("250 "));
    assert!(talk.say("MAIL FROM:<>").starts_with("250 "));
    assert!(talk.say("RCPT TO:<portal@portal.example>").starts_with("550 5.1.1"), "this is no relay");
    let forged = paths().of(mails[0]).replace("b+", "b+a");
    assert!(talk.say(&format!("RCPT TO:<{forged}>")).starts_with("550 5.1.1"));
    for mail in mails {
        assert!(talk.say(&format!("RCPT TO:<{}>", paths().of(mail).to_uppercase())).starts_with("250 "));
    }
    assert!(talk.say("DATA").starts_with("354 "));
    // The envelope alone says which mails it is about.
    let message = report("postmaster@portal.example", &awa.email, "failed", "5.1.1", "550 No", "x@y");
    talk.to.write_all(&message).unwrap();
    assert_eq!(talk.say("."), "250 2.0.0 counted");
    assert_eq!(talk.hear(), "250 2.0.0 counted", "LMTP answers for each");
    for person in [&awa, &wanjiru] {
        assert_eq!(delivery(&t, &announcement, &person.email)["bounce_kind"], "hard");
    }
    let listed = suppressions(&t);
    assert_eq!(listed.as_array().unwrap().len(), 1, "the report names one of them: {listed}");
    assert_eq!(listed[0]["address"], awa.email.as_str());

    // The same over SMTP, once more: accepted, without effect.
    assert!(talk.say("EHLO mx.example").starts_with("250 "));
    assert!(talk.say("MAIL FROM:<MAILER-DAEMON@mx.example> BODY=8BITMIME").starts_with("250 "));
    assert!(talk.say(&format!("RCPT TO:<{}>", paths().of(mails[0]))).starts_with("250 "));
    assert!(talk.say("DATA").starts_with("354 "));
    talk.to.write_all(&message).unwrap();
    assert_eq!(talk.say("."), "250 2.0.0 of_nothing");
    // A message that is too large is refused, and the conversation continues.
    assert!(talk.say("MAIL FROM:<>").starts_with("250 "));
    assert!(talk.say(&format!("RCPT TO:<{}>", paths().of(mails[0]))).starts_with("250 "));
    assert!(talk.say("DATA").starts_with("354 "));
    talk.to.write_all(&[b"x".repeat(1_100_000), b"\r\n".to_vec()].concat()).unwrap();
    assert!(talk.say(".").starts_with("552 5.3.4"));
    assert!(talk.say("QUIT").starts_with("221 "));
    listening.stop();
}

fn settings(configured: &[&str]) -> config::Settings {
    let overrides = configured.iter().map(|&setting| setting.to_owned()).collect();
    config::load(&Sources { overrides, ..Sources::default() }).unwrap()
}

/// A mailbox with these messages; serves one conversation after the other, and returns which are read in the end.
fn imap_server(messages: Vec<Vec<u8>>, conversations: usize) -> (u16, thread::JoinHandle<Vec<bool>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        let mut read = vec![false; messages.len()];
        for _ in 0..conversations {
            let (mut to, _) = listener.accept().unwrap();
            let mut from = BufReader::new(to.try_clone().unwrap());
            to.write_all(b"* OK ready\r\n").unwrap();
            let mut line = String::new();
            while from.read_line(&mut line).unwrap() > 0 {
                let words: Vec<&str> = line.split_whitespace().collect();
                let uid = || words[3].parse::<usize>().unwrap();
                match (words[1], words.get(2).copied()) {
                    ("LOGIN", user) => assert_eq!((user, words[3]), (Some("\"robot\""), "\"p\\\"ss\"")),
                    ("SELECT", folder) => {
                        assert_eq!(folder, Some("\"Reports\""));
                        write!(to, "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n").unwrap();
                    }
                    ("UID", Some("SEARCH")) => {
                        let from: usize = words[5].trim_end_matches(":*").parse().unwrap();
                        let found = (1..=messages.len()).filter(|&uid| !read[uid - 1]);
                        // As servers do: the last message is always in `n:*`.
                        let found: Vec<String> = found
                            .filter(|&uid| uid >= from || uid == messages.len())
                            .map(|uid| uid.to_string())
                            .collect();
                        write!(to, "* SEARCH {}\r\n", found.join(" ")).unwrap();
                    }
                    ("UID", Some("FETCH")) => {
                        let message = &messages[uid() - 1];
                        write!(to, "* 2 EXPUNGE\r\n* {0} FETCH (UID {0} BODY[]<0> {{{1}}}\r\n", uid(), message.len())
                            .unwrap();
                        to.write_all(message).unwrap();
                        to.write_all(b")\r\n").unwrap();
                    }
                    ("UID", Some("STORE")) => read[uid() - 1] = true,
                    _ => {}
                }
                write!(to, "{} OK done\r\n", words[0]).unwrap();
                line.clear();
            }
        }
        read
    });
    (port, serving)
}

fn mailbox_of(t: &TestApp, settings: &config::Settings) -> Mailbox {
    let (bounces, troubles) = (t.portal.bounces.clone(), t.portal.troubles.clone());
    Mailbox::configured(&settings.bounces, bounces, troubles).unwrap().unwrap()
}

#[story]
fn goal_45_a_mailbox_is_looked_into(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let id = format!("{}@portal.example", mail(&t, &announcement, &awa.email));
    let messages = vec![
        b"From: a@b.example\r\nSubject: Question\r\n\r\nHello?\r\n".to_vec(),
        report("portal@portal.example", &awa.email, "failed", "5.1.1", "550 No", &id),
        report("portal@portal.example", &awa.email, "delayed", "4.4.1", "Later", &id),
    ];
    let (port, serving) = imap_server(messages, 2);
    let settings = settings(&[&format!("bounces.imap_url=imap://robot:p%22ss@127.0.0.1:{port}/Reports")]);
    let mut mailbox = mailbox_of(&t, &settings);
    assert_eq!(t.run(mailbox.look()), Ok(2));
    assert_eq!(suppressions(&t)[0]["address"], awa.email.as_str());
    assert_eq!(t.run(mailbox.look()), Ok(0), "what nobody understood is not looked at again");
    assert_eq!(serving.join().unwrap(), [false, true, true], "and stays unread, for a person to see");
}

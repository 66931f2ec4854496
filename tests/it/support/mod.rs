//! What a story needs: a portal of its own, people who are logged in, a mailbox, and a clock.

pub mod authenticator;
pub mod backend;
pub mod endpoint;
mod person;
pub mod proxy;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use portal::app::{self, Running};
use portal::config::{self, Settings, Sources, Transport};
use portal::demo::CaughtMail;
use portal::demo::client::{Answer, Client};
use portal::demo::receiver::{Receiver, Verdict, Verdicts};
use portal::mail::Sender;
use portal::random::Random;
use portal::time::{Clock, Timestamp};
use portal::webhooks::Dispatcher;
use serde_json::{Value, json};

use authenticator::Authenticator;
use backend::{Backend, TestDatabase};
pub use person::{Application, Person};

/// A story and its name.
pub struct Story {
    pub name: &'static str,
    pub run: fn(TestApp),
    /// What is configured otherwise than for most stories.
    pub settings: &'static [&'static str],
}

/// Lists stories by their functions' names; after a colon, what is configured otherwise.
macro_rules! stories {
    ($($story:ident $(: [$($setting:literal),+])?),+ $(,)?) => {
        vec![$(crate::support::Story { name: stringify!($story), run: $story, settings: &[$($($setting),+)?] }),+]
    };
}
pub(crate) use stories;

/// A password that is long enough for anybody.
pub const PASSWORD: &str = "tram harbour lentil orbit";

/// What the mail server is to do next for an address.
type Behaviour = Arc<Mutex<HashMap<String, VecDeque<Verdict>>>>;

/// A portal of one's own.
pub struct TestApp {
    pub clock: Clock,
    pub portal: actix_web::web::Data<app::Portal>,
    pub receiver: Arc<Receiver>,
    address: SocketAddr,
    behaviour: Behaviour,
    sender: Sender,
    dispatcher: Dispatcher,
    client: Client,
    runtime: tokio::runtime::Runtime,
    /// The administrator, as long as the session lasts, and the secrets of everybody's authenticator apps.
    admin: Mutex<Option<Person>>,
    apps: Mutex<HashMap<String, String>>,
    server: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
    // Last, so that they go when nobody uses them any more.
    files: tempfile::TempDir,
    _database: TestDatabase,
}

impl TestApp {
    pub fn new(backend: &Backend, configured: &[&str]) -> Self {
        let behaviour = Behaviour::default();
        let answers = Arc::clone(&behaviour);
        let verdicts: Verdicts = Arc::new(move |address| {
            let mut answers = answers.lock().unwrap();
            answers.get_mut(address).and_then(VecDeque::pop_front).unwrap_or(Verdict::Accept)
        });
        let database = backend.database();
        let clock = Clock::manual(Timestamp::from_micros(1_770_000_000_000_000));
        let (up, is_up) = mpsc::channel();
        let files = tempfile::TempDir::new().unwrap();
        let mut settings = settings(&database.url, configured);
        files.path().clone_into(&mut settings.storage.folder);
        settings.mail.journal = files.path().join("journal");
        let (stop, stopped) = mpsc::channel();
        let (server_clock, mut server_settings) = (clock.clone(), settings.clone());
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let receiver = Arc::new(Receiver::start_with(verdicts, true).await.unwrap());
                if server_settings.mail.transport == Transport::Smtp {
                    server_settings.mail.smtp_url = format!("smtp://{}", receiver.address).into();
                }
                let running = app::start(&server_settings, server_clock, Random::seeded(7)).await.unwrap();
                let Running { address, ref portal, ref sender, ref dispatcher, .. } = running;
                up.send((address, portal.clone(), sender.clone(), dispatcher.clone(), receiver)).unwrap();
                tokio::task::spawn_blocking(move || stopped.recv()).await.unwrap().unwrap_or_default();
                running.stop().await;
            });
        });
        let (address, portal, sender, dispatcher, receiver) = is_up.recv().expect("the portal starts");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = Client::new(&format!("http://{address}"));
        let server = Some((stop, thread));
        let (admin, apps) = (Mutex::default(), Mutex::default());
        Self {
            clock,
            portal,
            receiver,
            address,
            behaviour,
            sender,
            dispatcher,
            client,
            runtime,
            admin,
            apps,
            server,
            files,
            _database: database,
        }
    }

    /// What the mail server does the next times that it is to take mail for this address. After that it takes it.
    pub fn mail_server_answers(&self, address: &str, verdicts: impl IntoIterator<Item = Verdict>) {
        self.behaviour.lock().unwrap().insert(address.to_owned(), verdicts.into_iter().collect());
    }

    /// Where the portal listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Somebody who is not logged in.
    pub fn anonymous(&self) -> Client {
        self.client.clone()
    }

    /// The Secretariat's administrator, logged in with two factors within the last minutes.
    pub fn admin(&self) -> Person {
        let mut admin = self.admin.lock().unwrap();
        let fresh = |person: &Person| self.clock.now() < person.since.plus(Duration::from_mins(5));
        if let Some(person) = admin.as_ref().filter(|person| fresh(person) && person.get("/me").status == 200) {
            return person.clone();
        }
        let email = "secretariat@portal.example";
        let person = if self.apps.lock().unwrap().contains_key(email) {
            self.login(email)
        } else {
            self.set_up(email, "Secretariat");
            self.with_app(&self.login(email))
        };
        *admin = Some(person.clone());
        person
    }

    /// Somebody who is not logged in, at this address: behind the proxy that the portal trusts.
    pub fn from(&self, address: &str) -> Client {
        self.client.with_header("x-forwarded-for", address)
    }

    /// A try to log in, from this address.
    pub fn try_login(&self, from: &str, email: &str, password: &str) -> Answer {
        let form = json!({"email": email, "password": password});
        self.from(from).post("/auth/login", &form).unwrap()
    }

    /// Makes an administrator by a set-up link, who is not logged in yet.
    pub fn set_up(&self, email: &str, name: &str) {
        let address = portal::mail::EmailAddress::parse(email).unwrap();
        let link = self.portal.identity.set_up_link(Some((address, name.to_owned())));
        let link = self.runtime.block_on(link).unwrap();
        let token = link.split_once("token=").unwrap().1;
        let form = json!({"token": token, "password": PASSWORD});
        self.client.post("/setup", &form).unwrap().expect(201);
    }

    /// Adds an authenticator app; returns the same person in a session with two factors.
    pub fn with_app(&self, person: &Person) -> Person {
        let app = person.post("/me/mfa/totp", &json!({})).expect(200);
        let secret = app["secret"].as_str().unwrap().to_owned();
        self.apps.lock().unwrap().insert(person.email.clone(), secret);
        let code = self.code(&person.email);
        let confirmed = person.post("/me/mfa/totp/confirm", &json!({"code": code})).expect(200);
        self.person(&person.email, &confirmed["tokens"])
    }

    /// The code that somebody's authenticator app shows now.
    pub fn code(&self, email: &str) -> String {
        let secret = self.apps.lock().unwrap()[email].clone();
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(self.clock.now().as_seconds()).unwrap()).to_string()
    }

    /// A contact point of this member, approved and logged in; the name tells one from another.
    pub fn ncp(&self, member: &str) -> Person {
        self.member(&Application::new(member, "Awa Diop"))
    }

    /// Somebody who applied so, approved and logged in.
    pub fn member(&self, application: &Application) -> Person {
        let admin = self.admin();
        let id = self.apply_and_verify(application);
        admin.post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
        self.deliver();
        let person = self.login(&application.email);
        if application.role == "ncp" { person } else { self.with_app(&person) }
    }

    /// Applies; returns what the mailed link holds.
    pub fn apply(&self, application: &Application) -> String {
        self.anonymous().post("/registrations", &application.form()).unwrap().expect(202);
        self.newest_mail(&application.email).token("verify").expect("a link")
    }

    /// Applies, follows the link and chooses the password of all stories; returns the registration's id.
    pub fn apply_and_verify(&self, application: &Application) -> String {
        let token = self.apply(application);
        self.verify(&token).expect(200);
        let list = self.admin().get("/registrations?limit=100").expect(200);
        let rows = list["data"].as_array().unwrap();
        let row = rows.iter().find(|row| row["email"] == application.email.as_str()).expect("it waits");
        row["id"].as_str().unwrap().to_owned()
    }

    /// Follows the link of an application, with the password of all stories.
    pub fn verify(&self, token: &str) -> Answer {
        self.anonymous().post("/registrations/verify", &json!({"token": token, "password": PASSWORD})).unwrap()
    }

    /// Logs in with the password of all stories, and with the authenticator app where there is one.
    pub fn login(&self, email: &str) -> Person {
        let form = json!({"email": email, "password": PASSWORD});
        let mut tokens = self.client.post("/auth/login", &form).unwrap().expect(200);
        if tokens["mfa_required"] == true {
            let form = json!({"challenge": tokens["challenge"], "method": "totp", "code": self.code(email)});
            tokens = self.client.post("/auth/login/mfa", &form).unwrap().expect(200);
        }
        self.person(email, &tokens)
    }

    /// Logs in with a passkey alone.
    pub fn login_by_passkey(&self, email: &str, key: &mut Authenticator) -> Person {
        let started = self.client.post("/auth/passkey/start", &json!({})).unwrap().expect(200);
        let form = json!({"state": started["state"], "credential": key.get(&started["options"])});
        let tokens = self.client.post("/auth/passkey/finish", &form).unwrap().expect(200);
        self.person(email, &tokens)
    }

    /// Somebody with these tokens.
    pub fn person(&self, email: &str, tokens: &Value) -> Person {
        let client = self.client.with_token(tokens["access_token"].as_str().expect("tokens"));
        Person::new(client, email, tokens.clone(), self.clock.now())
    }

    /// Sends the mail that is due now, until nothing more is.
    pub fn deliver(&self) {
        self.dispatch();
        self.runtime.block_on(self.sender.drain());
        self.dispatch();
    }

    /// Goes on with announcements: begins, fans out, ends.
    pub fn dispatch(&self) {
        self.runtime.block_on(self.portal.dispatch_once()).unwrap();
    }

    /// Sends the events that are due now, until nothing more is.
    pub fn tell(&self) {
        self.runtime.block_on(self.dispatcher.drain());
    }

    /// A sender of events as another process has it, on the same database.
    pub fn another_dispatcher(&self) -> Dispatcher {
        let (db, webhooks, outbox) = (&self.portal.db, &self.portal.webhooks, &self.portal.outbox);
        let settings = settings("sqlite:unused", &[]).webhooks;
        Dispatcher::new(&settings, db.clone(), webhooks.clone(), outbox.clone()).unwrap()
    }

    /// The sender of events, for stories about its stop and start.
    pub fn dispatcher(&self) -> &Dispatcher {
        &self.dispatcher
    }

    /// The mails that reached this address, the oldest first. Delivers what is due.
    pub fn inbox(&self, address: &str) -> Vec<CaughtMail> {
        self.deliver();
        let mails = self.receiver.inbox();
        mails.iter().filter(|mail| mail.to == address).filter_map(CaughtMail::read).collect()
    }

    /// The last mail that reached this address.
    pub fn newest_mail(&self, address: &str) -> CaughtMail {
        self.inbox(address).pop().unwrap_or_else(|| panic!("no mail to {address}"))
    }

    /// The sender, for stories about its stop and start.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// Runs something asynchronous to its end.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Adds made-up contacts.
    pub fn seed(&self, contacts: usize) {
        let mut connection = portal::db::open(self.portal.db.target(), portal::db::Access::Write).unwrap();
        portal::cli::seed(&mut connection, contacts, self.clock.now(), &mut |_| {}).unwrap();
    }

    /// The folder of the files that were handed in.
    pub fn files(&self) -> &Path {
        self.files.path()
    }

    /// The folder of the sender's journals.
    pub fn journal(&self) -> PathBuf {
        self.files.path().join("journal")
    }

    /// Moves the clock.
    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.server.take() {
            drop(stop);
            // A story that failed has said so already.
            let _ = thread.join();
        }
    }
}

fn settings(database_url: &str, configured: &[&str]) -> Settings {
    let overrides = [
        "server.bind=127.0.0.1:0",
        "server.public_url=https://portal.example",
        "server.workers=1",
        "database.connections=2",
        "mail.transport=smtp",
        "mail.from=Customs Community <portal@portal.example>",
        "mail.connections=3",
        // One administrator writes to everybody; stories about approval have two.
        "announcements.approval_above=1000",
        "mail.step_timeout_seconds=1",
        "identity.hash_threads=1",
        // Programs of others are on this machine; stories about who may lead the portal where say otherwise.
        "webhooks.allow_http=true",
        "webhooks.allow_networks=127.0.0.1",
        // All of a story's people are at one address; stories about throttling say that they come from others.
        "server.trusted_proxies=127.0.0.1",
        "throttle.exempt_networks=127.0.0.1",
    ];
    let overrides = overrides
        .into_iter()
        .chain(configured.iter().copied())
        .map(str::to_owned)
        .chain([format!("database.url={database_url}"), format!("identity.master_key={}", "5a".repeat(32))]);
    let mut settings = config::load(&Sources { overrides: overrides.collect(), ..Sources::default() }).unwrap();
    // Below the floor that check() guards: a hundred stories hash hundreds of passwords.
    settings.identity.argon2_memory_kib = 64;
    settings.identity.argon2_passes = 1;
    settings.server.shutdown_seconds = 1;
    settings
}

/// How identity is configured, for stories that forge what only the portal can make.
pub fn identity_settings() -> config::Identity {
    settings("sqlite:unused", &[]).identity
}

/// What an answer is expected to be.
pub trait Expect {
    /// The JSON of an answer with this status.
    fn expect(self, status: u16) -> Value;
    /// The code of a problem with this status; checks that it is a whole one.
    fn refused(self, status: u16) -> String;
}

impl Expect for Answer {
    #[track_caller]
    fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    #[track_caller]
    fn refused(self, status: u16) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        assert_eq!(self.status, status, "{}", self.text);
        let problem: portal::http::problem::Problem = serde_json::from_str(&self.text).unwrap();
        assert_eq!(problem.status, status);
        assert_eq!(Some(problem.request_id.as_str()), self.header("x-request-id"));
        for text in problem.errors.iter().map(|field| &field.detail).chain([&problem.title, &problem.detail]) {
            // A text that is missing is answered by its key.
            assert!(!text.starts_with("problem-") && !text.starts_with("fault-") && !text.is_empty(), "{text}");
        }
        problem.code
    }
}

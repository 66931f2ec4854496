//! The fixtures of a story: a portal of its own, people who are logged in, a mailbox, and a clock.

pub mod address_book;
pub mod authenticator;
pub mod backend;
pub mod browser;
pub mod endpoint;
mod expect;
mod mails;
pub mod page;
mod page_checks;
mod person;
pub mod proxy;
pub mod server;
mod settings;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use portal::app::{self, Running};
use portal::config::Transport;
use portal::db::{Conn, Wakeup};
use portal::demo::client::{Answer, Client};
use portal::demo::receiver::{Receiver, Verdict, Verdicts};
use portal::http::Metrics;
use portal::mail::Sender;
use portal::random::Random;
use portal::time::{Clock, Timestamp};
use portal::webhooks::Dispatcher;
use serde_json::{Value, json};

use authenticator::Authenticator;
use backend::{Backend, Given, TestDatabase};
pub use expect::Expect;
pub use page_checks::WITH_SCRIPTS;
pub use person::{Application, Person};
use settings::settings;
pub use settings::{identity_settings, middleware_settings};
pub use story::story;

/// Where people are who are at no other place: behind the proxy, which is at the address that everybody connects from.
pub const USUAL_ADDRESS: &str = "127.0.0.77";
/// Both: the proxy's own counts where it is none.
pub const EXEMPT_NETWORKS: &str = "throttle.exempt_networks=127.0.0.1, 127.0.0.77";

/// A password that is long enough for anybody.
pub const PASSWORD: &str = "tram harbour lentil orbit";

/// The next reactions of the mail server for an address.
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
    /// How many mails had arrived when each delivery began.
    deliveries: Mutex<Vec<usize>>,
    server: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
    // Last, so that they are deleted when no one uses them any more.
    files: tempfile::TempDir,
    _database: TestDatabase,
}

impl Given for TestApp {
    fn given(backend: &'static Backend, configured: &[&str]) -> Self {
        Self::begun_at(backend, configured, Timestamp::from_micros(1_770_000_000_000_000))
    }
}

impl TestApp {
    /// A portal whose clock stands at this instant.
    pub fn begun_at(backend: &'static Backend, configured: &[&str], begins: Timestamp) -> Self {
        Self::on(backend.database(), backend::scratch(), configured, (Clock::manual(begins), 7))
    }

    /// A portal on this database, with these files; the seed of its randomness must be new on a database that has served.
    pub fn on(
        database: TestDatabase,
        files: tempfile::TempDir,
        configured: &[&str],
        (clock, seed): (Clock, u64),
    ) -> Self {
        let behaviour = Behaviour::default();
        let answers = Arc::clone(&behaviour);
        let verdicts: Verdicts = Arc::new(move |address| {
            let mut answers = answers.lock().unwrap();
            answers.get_mut(address).and_then(VecDeque::pop_front).unwrap_or(Verdict::Accept)
        });
        let (up, is_up) = mpsc::channel();
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
                let running = app::start_prepared(&server_settings, server_clock, Random::seeded(seed)).await.unwrap();
                let Running { address, ref portal, ref sender, ref dispatcher, .. } = running;
                up.send((address, portal.clone(), sender.clone(), dispatcher.clone(), receiver)).unwrap();
                tokio::task::spawn_blocking(move || stopped.recv()).await.unwrap().unwrap_or_default();
                running.stop().await;
            });
        });
        let (address, portal, sender, dispatcher, receiver) = is_up.recv().expect("the portal starts");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = Client::new(&format!("http://{address}")).with_header("x-forwarded-for", USUAL_ADDRESS);
        let server = Some((stop, thread));
        let (admin, apps, deliveries) = (Mutex::default(), Mutex::default(), Mutex::default());
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
            deliveries,
            server,
            files,
            _database: database,
        }
    }

    /// The next reactions of the mail server to mail for this address. After that it accepts it.
    pub fn mail_server_answers(&self, address: &str, verdicts: impl IntoIterator<Item = Verdict>) {
        self.behaviour.lock().unwrap().insert(address.to_owned(), verdicts.into_iter().collect());
    }

    /// Where the portal listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A client without a login.
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

    /// A client without a login, at this address: behind the proxy that the portal trusts.
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

    /// The code that a person's authenticator app shows now.
    pub fn code(&self, email: &str) -> String {
        let secret = self.apps.lock().unwrap()[email].clone();
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(self.clock.now().as_seconds()).unwrap()).to_string()
    }

    /// A contact point of this member, approved and logged in; each has another name.
    pub fn ncp(&self, member: &str) -> Person {
        self.member(&Application::new(member, "Awa Diop"))
    }

    /// A person with this application, approved and logged in.
    pub fn member(&self, application: &Application) -> Person {
        let admin = self.admin();
        let id = self.apply_and_verify(application);
        admin.post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
        self.deliver();
        let person = self.login(&application.email);
        if application.role == "ncp" { person } else { self.with_app(&person) }
    }

    /// Applies; returns the token of the mailed link.
    pub fn apply(&self, application: &Application) -> String {
        self.anonymous().post("/registrations", &application.form()).unwrap().expect(202);
        self.mailed_token(&application.email, "verify")
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

    /// Logs in with the password of all stories, and with the authenticator app if there is one.
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

    /// A person with these tokens.
    pub fn person(&self, email: &str, tokens: &Value) -> Person {
        let client = self.client.with_token(tokens["access_token"].as_str().expect("tokens"));
        Person::new(client, email, tokens.clone(), self.clock.now())
    }

    /// Sends the mail that is due now, until nothing more is.
    pub fn deliver(&self) {
        self.dispatch();
        let arrived = self.receiver.inbox().len();
        self.deliveries.lock().unwrap().push(arrived);
        self.runtime.block_on(self.sender.drain());
        self.dispatch();
    }

    /// Continues announcements: begins, fans out, ends.
    pub fn dispatch(&self) {
        self.runtime.block_on(self.portal.dispatch_once()).unwrap();
    }

    /// Sends the events that are due now, until nothing more is.
    pub fn tell(&self) {
        self.runtime.block_on(self.dispatcher.drain());
    }

    /// A sender of events as another process has it, on the same database.
    pub fn another_dispatcher(&self) -> Dispatcher {
        let settings = settings("sqlite:unused", &[]).webhooks;
        Dispatcher::new(&settings, self.portal.webhooks.clone(), self.portal.background.clone()).unwrap()
    }

    /// The sender of events, for stories about its stop and start.
    pub fn dispatcher(&self) -> &Dispatcher {
        &self.dispatcher
    }

    /// The sender, for stories about its stop and start.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// Runs something asynchronous to its end.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// How often something of this kind was read or written for readers.
    pub fn rendered(&self, of: &str) -> u64 {
        rendered(&self.portal.metrics, of)
    }

    /// Adds made-up contacts.
    pub fn seed(&self, contacts: usize) {
        let mut connection = portal::db::open(self.portal.db.target(), portal::db::Access::Write).unwrap();
        portal::seed::seed(&mut connection, contacts, self.clock.now(), &mut |_| {}).unwrap();
        // A connection of its own tells the portal nothing.
        let wake = |conn: &mut Conn| {
            conn.wake(Wakeup::Contacts);
            Ok(())
        };
        self.run(self.portal.db.write(wake)).unwrap();
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
        if !std::thread::panicking() {
            let faults = self.portal.catalogue.faults();
            assert!(faults.is_empty(), "texts of this story lack something: {faults:?}");
        }
    }
}

/// How often something of this kind was read or written for readers, as these metrics have it.
pub fn rendered(metrics: &Metrics, of: &str) -> u64 {
    let text = metrics.text(&[], &[], "").unwrap();
    let line = format!("portal_renderings_total{{of=\"{of}\"}} ");
    text.lines().find_map(|it| it.strip_prefix(&line)).map_or(0, |count| count.parse().unwrap())
}

/// Presses the button of a page behind a mailed link, and follows the way to the page of the outcome.
pub fn press(client: &Client, path: &str, form: &str) -> Answer {
    let body = Some(("application/x-www-form-urlencoded", form.as_bytes()));
    let answer = client.send("POST", path, body).unwrap();
    if answer.status != 303 {
        return answer;
    }
    let way = answer.header("location").unwrap();
    assert!(way.starts_with("/done?") || way == "/", "{way}");
    client.send("GET", way, None).unwrap()
}

/// Whether a page has a form of its own, beside the choice of a language in its head.
pub fn has_form(page: &str) -> bool {
    page.split("<form").skip(1).any(|form| !form.split('>').next().is_some_and(|tag| tag.contains("\"/language\"")))
}

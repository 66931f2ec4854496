//! Forms that are sent when the login is gone, or no longer fresh enough: what was typed comes back, to its owner
//! alone.
//!
//! Two forms of a server of their own stand for all that there are, with the layer, the middleware and the guards of
//! the portal around them.

use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use portal::http::middleware_settings::MiddlewareSettings;
use portal::http::{Limits, middleware};
use portal::identity::guards::{CurrentUser, RecentlyAuthenticated};
use portal::web::{Page, PageResult, Posted};
use serde::Deserialize;
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::{Expect, PASSWORD, TestApp, middleware_settings, story};

/// A form whose fields are labelled, but for the hidden `key`, and one of which is a secret.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    email: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    password: String,
}

/// What was carried out.
type Done = Arc<Mutex<Vec<String>>>;

async fn save(_: CurrentUser, page: Page, done: Data<Done>, posted: Posted<Entry>) -> PageResult {
    carry_out(&page, &done, posted)
}

async fn decide(_: RecentlyAuthenticated, page: Page, done: Data<Done>, posted: Posted<Entry>) -> PageResult {
    carry_out(&page, &done, posted)
}

fn carry_out(page: &Page, done: &Done, posted: Posted<Entry>) -> PageResult {
    let Entry { email, key, password } = posted.input?;
    done.lock().unwrap().push(format!("{email} {key} {password}"));
    Ok(page.lead_to("/prove").finish())
}

/// A server with these forms at `/save` and `/decide`.
struct Forms {
    done: Done,
    base: String,
    server: Option<(ServerHandle, JoinHandle<()>)>,
}

impl Forms {
    fn of(t: &TestApp) -> Self {
        let done = Done::default();
        let context = Data::new(MiddlewareSettings {
            page: portal::web::of_error,
            standby: portal::web::standby,
            ..middleware_settings(&t.portal)
        });
        let time = Duration::from_secs(20);
        let limits = Data::new(Limits { body: 300_000, upload: 300_000, body_time: time, request_time: time });
        let (served, kept) = (t.portal.clone(), Data::new(Arc::clone(&done)));
        let (up, is_up) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let app = move || {
                    let app = actix_web::App::new().app_data(context.clone()).app_data(limits.clone());
                    app.app_data(kept.clone())
                        .app_data(served.clone())
                        .wrap(from_fn(portal::identity::pages::keep))
                        .wrap(from_fn(middleware::wrap))
                        .configure(|config| served.provide(config))
                        .configure(|config| portal::identity::pages::routes().configure(config))
                        .route("/", web::get().to(home))
                        .route("/save", web::post().to(save))
                        .route("/decide", web::post().to(decide))
                };
                let bound = actix_web::HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
                let address = bound.addrs()[0];
                let running = bound.run();
                up.send((address, running.handle())).unwrap();
                running.await.unwrap();
            });
        });
        let (address, handle) = is_up.recv().unwrap();
        Self { done, base: format!("http://{address}"), server: Some((handle, thread)) }
    }

    fn done(&self) -> Vec<String> {
        self.done.lock().unwrap().clone()
    }

    fn end(mut self, t: &TestApp) {
        if let Some((handle, thread)) = self.server.take() {
            t.run(handle.stop(true));
            thread.join().unwrap();
        }
    }
}

/// Where a login leads that leads nowhere else.
async fn home(page: Page) -> PageResult {
    Ok(page.lead_to("/prove").finish())
}

const TYPED: &[(&str, &str)] = &[("email", "Élan & co <b>\nsecond line"), ("key", "k1"), ("password", "hush hush")];
/// As it is carried out in the end: a secret is never kept.
const CARRIED_OUT: &str = "Élan & co <b>\nsecond line k1 ";

#[story]
fn w26_a_form_outlives_the_session_of_its_sender(t: TestApp) {
    let (awa, forms) = (t.ncp("SN"), Forms::of(&t));
    let mut browser = Browser::at(&t, &forms.base);
    browser.log_in(&t, &awa.email);
    awa.delete("/me/sessions").expect(204);
    let page = browser.post("/save", TYPED);
    assert_eq!(page.status, 401);
    assert!(page.has("Your entries are kept") && page.shows("form[action='/login']"), "{}", page.text());
    assert!(!page.html.contains("hush") && !page.html.contains("second line"), "sealed: {}", page.html);
    // A wrong password on the way loses nothing.
    let page = browser.submit(&page, "Log in", &[("email", &awa.email), ("password", "not this one")]);
    assert!(page.status == 401 && page.has("Your entries are kept"), "{}", page.text());
    let page = browser.submit(&page, "Log in", &[("password", PASSWORD)]);
    assert!(page.status == 200 && page.has("Nothing has been saved yet"), "{}", page.text());
    assert!(page.has("Élan & co <b> second line") && !page.html.contains("hush"), "{}", page.html);
    assert_eq!(forms.done(), Vec::<String>::new(), "nothing is sent by itself");
    browser.submit(&page, "Send again", &[]);
    assert_eq!(forms.done(), [CARRIED_OUT]);
    forms.end(&t);
}

#[story]
fn w26_another_person_gets_nothing_of_it(t: TestApp) {
    let (awa, ben, forms) = (t.ncp("SN"), t.ncp("FR"), Forms::of(&t));
    let mut browser = Browser::at(&t, &forms.base);
    browser.log_in(&t, &awa.email);
    awa.delete("/me/sessions").expect(204);
    let asked = browser.post("/save", TYPED);
    let page = browser.log_in_on(&t, &asked, &ben.email);
    assert_eq!(page.path, "/prove", "the home of this server");
    assert!(!page.html.contains("second line"), "{}", page.html);
    // What somebody made up, or a cookie that nobody ever had, opens nothing.
    let forged = browser.submit(&asked, "Log in", &[("email", &ben.email), ("password", PASSWORD), ("resume", "AAAA")]);
    assert_eq!((forged.status, forged.path.as_str()), (200, "/prove"));
    let mut stranger = Browser::at(&t, &forms.base).with_header("cookie", "__Host-session=invented");
    let refused = stranger.post("/save", TYPED);
    assert_eq!((refused.status, refused.shows("[name=resume]")), (401, false), "{}", refused.html);
    assert_eq!(forms.done(), Vec::<String>::new());
    forms.end(&t);
}

#[story]
fn w26_what_is_too_old_is_dropped_and_said(t: TestApp) {
    let (awa, forms) = (t.ncp("SN"), Forms::of(&t));
    let mut browser = Browser::at(&t, &forms.base);
    browser.log_in(&t, &awa.email);
    awa.delete("/me/sessions").expect(204);
    let asked = browser.post("/save", TYPED);
    t.pass(Duration::from_mins(121));
    let page = browser.log_in_on(&t, &asked, &awa.email);
    assert!(page.has("more than two hours old") && !page.html.contains("second line"), "{}", page.text());
    // More than the pages of a login carry, and without a pattern.
    let long = noise(LATIN, 450_000);
    t.login(&awa.email).delete("/me/sessions").expect(204);
    let refused = browser.post("/save", &[("email", &long)]);
    assert_eq!((refused.status, refused.shows("[name=resume]")), (401, false), "beyond what is kept");
    forms.end(&t);
}

const LATIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
const ARABIC: &str = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي ";

/// A text of these letters without a pattern, always the same one.
fn noise(letters: &str, length: usize) -> String {
    let (letters, mut state): (Vec<char>, u64) = (letters.chars().collect(), 1);
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        letters[usize::try_from(state >> 33).unwrap() % letters.len()]
    };
    (0..length).map(|_| next()).collect()
}

#[story]
fn w26_six_languages_of_the_longest_text_outlive_a_session(t: TestApp) {
    let (awa, forms) = (t.ncp("SN"), Forms::of(&t));
    let mut browser = Browser::at(&t, &forms.base);
    browser.log_in(&t, &awa.email);
    awa.delete("/me/sessions").expect(204);
    let text = noise(ARABIC, 6 * 20_000);
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    // Plain requests, since no page but these two is as long.
    let asked = browser.send("POST", "/save", Some(&format!("email={}", encode(&text))));
    assert_eq!(asked.status, 401);
    let (_, rest) = asked.text.split_once("name=\"resume\" value=\"").expect("the form is kept");
    let resume = rest.split('"').next().unwrap();
    let form = format!("email={}&password={}&next=%2F&resume={resume}", encode(&awa.email), encode(PASSWORD));
    let shown = browser.send("POST", "/login", Some(&form));
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("Nothing has been saved yet") && shown.text.contains(&text));
    forms.end(&t);
}

#[story]
fn w27_a_proof_in_the_middle_carries_a_deed_out_once(t: TestApp) {
    let (admin, forms) = (t.admin(), Forms::of(&t));
    let mut browser = Browser::at(&t, &forms.base);
    browser.log_in(&t, &admin.email);
    browser.post("/decide", TYPED);
    assert_eq!(forms.done().len(), 1, "the login is fresh");
    t.pass(Duration::from_mins(6));
    let page = browser.post("/decide", TYPED);
    assert_eq!(page.status, 401);
    assert!(page.has("Your entries are kept") && page.shows("form[action='/prove']"), "{}", page.text());
    let page = browser.submit(&page, "Confirm", &[("password", PASSWORD), ("code", &t.code(&admin.email))]);
    assert!(page.status == 200 && page.has("Nothing has been saved yet"), "{}", page.text());
    assert_eq!(forms.done().len(), 1);
    browser.submit(&page, "Send again", &[]);
    assert_eq!(forms.done()[1], CARRIED_OUT);
    // A proof whose session ends meanwhile goes on with the login.
    t.pass(Duration::from_mins(6));
    let page = browser.post("/decide", TYPED);
    t.login(&admin.email).delete("/me/sessions").expect(204);
    t.pass(Duration::from_secs(30));
    let page = browser.submit(&page, "Confirm", &[("password", PASSWORD), ("code", &t.code(&admin.email))]);
    assert!(page.status == 401 && page.shows("form[action='/login']"), "{}", page.text());
    let page = browser.log_in_on(&t, &page, &admin.email);
    browser.submit(&page, "Send again", &[]);
    assert_eq!(forms.done().len(), 3);
    let programs = t.anonymous().post("/me/reauthenticate", &json!({"password": PASSWORD})).unwrap();
    assert_eq!(programs.refused(401), "login_required", "programs are answered as before");
    forms.end(&t);
}

//! Errors as pages: the same status as for a program, in the language of the reader, with what to quote and a way on.

use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use diesel::connection::SimpleConnection as _;
use portal::demo::client::{Answer, Client};
use portal::http::middleware_settings::MiddlewareSettings;
use portal::http::{Limits, middleware};

use crate::support::browser::{Browser, Page};
use crate::support::{Application, Expect as _, TestApp, middleware_settings, story};

/// What a browser accepts.
const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// Checks the page of an error in French: the problem that a program gets has the same status and the same title.
#[track_caller]
fn told(path: &str, shown: Answer, problem: Answer, status: u16) {
    assert_eq!((shown.status, shown.header("content-language")), (status, Some("fr")), "{path}: {}", shown.text);
    let title = problem.json()["title"].as_str().unwrap_or_else(|| panic!("{path}: {}", problem.text)).to_owned();
    problem.refused(status);
    let page = Page::of(path.to_owned(), shown);
    assert!(page.title().starts_with(&title), "{path}: {} is not {title}", page.title());
    assert!(page.has(page.header("x-request-id").unwrap()), "{path}: {}", page.text());
    assert_eq!(page.link("Page d’accueil"), "/", "{path}");
}

#[story]
fn w53_every_error_is_a_page_in_the_language_of_its_reader_with_the_status_of_the_problem(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    let large = format!("language=fr&back={}", "x".repeat(70_000));
    let cases: [(bool, &str, &str, Option<&str>, u16); 7] = [
        (false, "POST", "/people/invite", Some(""), 401),
        (true, "GET", "/people", None, 403),
        (true, "GET", "/appointments/01890a5d-ac96-774b-bcce-b302099a8057", None, 404),
        (false, "GET", "/nothing", None, 404),
        (false, "GET", "/logout", None, 405),
        (false, "POST", "/language", Some(&large), 413),
        (false, "POST", "/login/code", Some("method=totp"), 422),
    ];
    let [mut person, of_person] = [(); 2].map(|()| Browser::of(&t, &awa).reading("fr"));
    let [mut visitor, of_visitor] = [(); 2].map(|()| Browser::anonymous(&t).reading("fr"));
    let mut of_person = of_person.with_header("accept", "application/json");
    let mut of_visitor = of_visitor.with_header("accept", "application/json");
    for (is_person, method, path, form, status) in cases {
        let (browser, program) =
            if is_person { (&mut person, &mut of_person) } else { (&mut visitor, &mut of_visitor) };
        let (shown, problem) = (browser.send(method, path, form), program.send(method, path, form));
        told(path, shown, problem, status);
    }
    let lost = visitor.send("POST", "/people/invite", Some(""));
    assert!(lost.text.contains("Vos saisies n’ont pas été enregistrées."), "{}", lost.text);
    let closed = person.open("/administration");
    assert!(closed.status == 403 && closed.has("Réservé à l’administration"), "{}", closed.text());
    // A link that is spent has a page of its own.
    let spent = visitor.open("/verify?token=forged");
    assert_eq!((spent.status, spent.header("content-language")), (410, Some("fr")));
    assert!(spent.has(spent.header("x-request-id").unwrap()), "{}", spent.text());
}

#[story]
fn w53_a_form_is_refused_in_the_language_of_its_reader(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    let mut browser = Browser::of(&t, &awa).reading("fr");
    let form = browser.open("/account/profile");
    awa.patch("/me", &serde_json::json!({"job_title": "Director"})).expect(200);
    let late = browser.submit_to(&form, "/account/profile", &[("job_title", "Head of unit")]);
    assert_eq!((late.status, late.header("content-language")), (412, Some("fr")));
    assert!(late.title().starts_with("Erreur") && late.has("Director"), "{}", late.text());
    let mut stranger = Browser::anonymous(&t).reading("fr");
    let guess = [("email", awa.email.as_str()), ("password", "not the password at all")];
    let waits = (0..30).map(|_| stranger.post("/login", &guess)).find(|page| page.status == 429);
    let waits = waits.expect("the thirtieth guess waits");
    assert_eq!(waits.header("content-language"), Some("fr"));
    assert!(waits.header("retry-after").is_some() && waits.title().starts_with("Erreur"), "{}", waits.text());
}

#[story]
fn w53_a_fault_of_the_portal_is_a_page_that_tells_nothing_of_it(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    let mut browser = Browser::of(&t, &awa).reading("fr");
    let mut program = Browser::of(&t, &awa).reading("fr").with_header("accept", "application/json");
    t.run(t.portal.db.write(|conn| Ok(conn.batch_execute("ALTER TABLE adoption RENAME TO lost")?))).unwrap();
    let (shown, problem) = (browser.send("GET", "/technologies", None), program.send("GET", "/technologies", None));
    assert!(!shown.text.contains("adoption") && !problem.text.contains("adoption"), "{}", problem.text);
    told("/technologies", shown, problem, 500);
}

/// A page that fails, and one that never comes.
async fn falls_over() -> actix_web::HttpResponse {
    panic!("on purpose")
}

async fn never_comes() -> actix_web::HttpResponse {
    std::future::pending().await
}

#[story]
fn w53_a_page_whose_handler_panics_or_takes_too_long_is_a_page(t: TestApp) {
    let context = Data::new(MiddlewareSettings {
        page: portal::web::of_error,
        standby: portal::web::standby,
        ..middleware_settings(&t.portal)
    });
    let time = Duration::from_millis(100);
    let limits = Data::new(Limits { body: 1_024, upload: 1_024, body_time: time, request_time: time });
    let portal = t.portal.clone();
    let (up, is_up) = std::sync::mpsc::channel();
    let server = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = move || {
                let app = actix_web::App::new().app_data(context.clone()).app_data(limits.clone());
                app.wrap(from_fn(middleware::wrap))
                    .configure(|config| portal.provide(config))
                    .route("/falls", web::get().to(falls_over))
                    .route("/waits", web::get().to(never_comes))
            };
            let bound = actix_web::HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
            let address = bound.addrs()[0];
            let running = bound.run();
            up.send((address, running.handle())).unwrap();
            running.await.unwrap();
        });
    });
    let (address, handle) = is_up.recv().unwrap();
    let mut program = Client::new(&format!("http://{address}"));
    program.language = "fr";
    let browser = program.with_header("accept", HTML);
    for (path, status) in [("/falls", 500), ("/waits", 503)] {
        let shown = browser.send("GET", path, None).unwrap();
        assert_eq!(shown.header("retry-after").is_some(), status == 503, "{path}");
        assert!(!shown.text.contains("on purpose"), "{}", shown.text);
        assert!(shown.header("content-security-policy").is_some_and(|policy| policy.contains("style-src 'self'")));
        told(path, shown, program.send("GET", path, None).unwrap(), status);
    }
    t.run(handle.stop(true));
    server.join().unwrap();
}

#[story]
fn w53_a_search_that_is_too_long_leads_back_to_the_list(t: TestApp) {
    let mut browser = Browser::of(&t, &t.ncp("SN"));
    let page = browser.open(&format!("/directory?q={}", "x".repeat(400)));
    assert_eq!(page.status, 400);
    let list = browser.click(&page, "Show this page without these parameters");
    assert!(list.path == "/directory" && list.shows("input[name=q][maxlength]"), "{}", list.html);
}

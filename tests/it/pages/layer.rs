//! The layer under all pages: languages, requests of other sites, cookies, errors, assets, and what search engines may
//! list.

use portal::demo::client::Answer;

use crate::maintenance_mode;
use crate::support::browser::Browser;
use crate::support::page::{Page, selector};
use crate::support::{Application, Expect, TestApp, story};

/// What a browser accepts.
const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

#[story]
fn w42_a_page_speaks_the_language_of_its_reader(t: TestApp) {
    let mut awa = Browser::anonymous(&t).reading("fr-SN, fr;q=0.9, en;q=0.5");
    let page = awa.open("/login");
    assert_eq!((page.header("content-language"), page.title().contains("Se connecter")), (Some("fr"), true));
    let vary = page.header("vary").unwrap_or_default().to_ascii_lowercase();
    assert!(vary.contains("accept-language") && vary.contains("cookie"), "{vary}");
    let page = Browser::anonymous(&t).reading("ar, ru;q=0.9").open("/login");
    assert_eq!(page.header("content-language"), Some("en"), "there is no other catalogue");
}

#[story]
fn w42_a_person_whose_language_has_no_texts_reads_pages_in_that_of_the_browser(t: TestApp) {
    let leila = Application::new("SN", "Leila Haddad").reading("ar");
    let member = t.member(&leila);
    let [french, english] = ["fr", "en"].map(|asked| {
        let mut browser = Browser::of(&t, &member).reading(asked);
        browser.open("/account")
    });
    assert_eq!(french.header("content-language"), Some("fr"), "{}", french.text());
    assert_eq!(english.header("content-language"), Some("en"), "{}", english.text());
    assert!(!french.shows("form[action='/account/language']"), "it would take the own language from her");
}

#[story]
fn w43_the_switch_of_languages_keeps_the_page(t: TestApp) {
    let mut awa = Browser::anonymous(&t).reading("fr");
    let page = awa.open("/login?next=%2Fprivacy%3Fa%3Db");
    assert!(page.shows("header button[lang=en][dir=ltr]"), "{}", page.html);
    let page = awa.submit(&page, "English", &[]);
    assert_eq!(page.path, "/login?next=%2Fprivacy%3Fa%3Db");
    assert_eq!((page.header("content-language"), page.value("next").as_str()), (Some("en"), "/privacy?a=b"));
    // The choice stays, over what the browser asks for.
    assert_eq!(awa.open("/privacy").header("content-language"), Some("en"));
    let page = awa.open("/");
    let page = awa.submit(&page, "Français", &[]);
    assert_eq!((page.path.as_str(), page.header("content-language")), ("/", Some("fr")));
    let elsewhere = awa.send("POST", "/language", Some("language=en&back=%2F%2Fevil.example"));
    assert_eq!(elsewhere.header("location"), Some("/"));
}

#[story]
fn w49_a_form_of_another_site_is_refused_with_a_page(t: TestApp) {
    for site in ["cross-site", "same-site"] {
        let mut evil = Browser::anonymous(&t).with_header("sec-fetch-site", site);
        for path in ["/login", "/logout", "/language", "/prove", "/forgot"] {
            let page = evil.post(path, &[("email", "awa@customs.example"), ("language", "fr")]);
            assert_eq!(page.status, 403, "{path}");
            assert!(page.has("Request from another website"), "{path}: {}", page.text());
            assert_eq!(page.link("Home page"), "/");
        }
    }
    let framed = t.anonymous().with_header("accept", HTML).with_header("origin", "null");
    let form = Some(("application/x-www-form-urlencoded", &b"email=a%40b.example"[..]));
    let answer = framed.send("POST", "/login", form).unwrap();
    assert_eq!((answer.status, answer.header("content-type")), (403, Some("text/html; charset=utf-8")));
}

#[story]
fn w51_cookies_are_of_this_host_and_end_with_the_logout(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    let before = browser.cookie("__Host-session").expect("a session").to_owned();
    let opens = |secret: &str| {
        let cookie = format!("__Host-session={secret}");
        let client = t.anonymous().with_header("accept", HTML).with_header("cookie", &cookie);
        client.send("GET", "/prove", None).unwrap().status == 200
    };
    assert!(opens(&before));
    // A login gives another session, and never the one that the browser came with.
    browser.log_in_anew(&t, &awa.email);
    let after = browser.cookie("__Host-session").expect("a session").to_owned();
    assert_ne!(before, after);
    let page = browser.open("/privacy");
    let page = browser.submit(&page, "Log out", &[]);
    assert_eq!((page.path.as_str(), browser.cookie("__Host-session")), ("/login", None));
    assert!(!opens(&after), "the session is over, also for those who kept the cookie");
    let mut again = Browser::of(&t, &awa);
    let answer = again.send("POST", "/logout", Some(""));
    let cleared = answer.header("clear-site-data").unwrap_or_default();
    assert!(cleared.contains("\"cache\""), "Back would show pages from before: {cleared}");
}

#[story]
fn w53_errors_are_pages_for_people_and_problems_for_programs(t: TestApp) {
    let mut awa = Browser::anonymous(&t).reading("fr");
    let missing = awa.open("/nothing");
    assert_eq!((missing.status, missing.has("Élément introuvable")), (404, true));
    assert!(missing.has(missing.header("x-request-id").unwrap()), "{}", missing.text());
    assert_eq!(missing.link("Page d’accueil"), "/");
    assert_eq!(awa.open("/logout").status, 405);
    let shape = awa.post("/login/code", &[("method", "totp")]);
    assert_eq!(shape.status, 422);
    assert!(shape.shows("main a[href='/']"));
    let asked = awa.open("/prove?next=%2Fprivacy");
    assert_eq!(asked.path, "/login?next=%2Fprove%3Fnext%3D%252Fprivacy");
    assert_eq!(t.anonymous().send("GET", "/nothing", None).unwrap().refused(404), "not_found");
    assert_eq!(t.anonymous().send("GET", "/prove", None).unwrap().refused(401), "login_required");
}

#[story]
fn w55_search_engines_list_what_is_public(t: TestApp) {
    let robots = |answer: &Answer| answer.header("x-robots-tag").unwrap_or_default().to_owned();
    let mut nobody = Browser::anonymous(&t);
    for path in ["/", "/privacy"] {
        assert_eq!(robots(&nobody.open(path).answer), "all", "{path}");
    }
    for path in ["/login", "/forgot", "/nothing", "/?mail=token", "/verify?token=abc"] {
        assert_eq!(robots(&nobody.open(path).answer), "noindex", "{path}");
    }
    assert_eq!(robots(&t.anonymous().get("/me").unwrap()), "noindex");
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    assert_eq!(robots(&awa.open("/privacy").answer), "noindex", "with the name of its reader");
    let rules = t.anonymous().send("GET", "/robots.txt", None).unwrap();
    assert!(rules.status == 200 && rules.text.contains("Disallow: /\n"), "{}", rules.text);
}

#[story]
fn the_menu_marks_the_place_of_a_page(t: TestApp) {
    let mut admin = Browser::of(&t, &t.admin());
    for (page, place, mark) in [
        ("/directory", "/directory", "page"),
        ("/help/address-book", "/directory", "true"),
        ("/applications", "/tasks", "true"),
        ("/people/invite", "/people", "true"),
        ("/sending-rate", "/announcements", "true"),
        ("/audit", "/administration", "true"),
    ] {
        let shown = admin.open(page);
        let document = shown.document();
        let marked: Vec<_> = document.select(&selector(".places a[aria-current]")).collect();
        let [link] = marked.as_slice() else { panic!("{} places are marked on {page}", marked.len()) };
        assert_eq!((link.attr("href"), link.attr("aria-current")), (Some(place), Some(mark)), "{page}");
    }
    assert!(admin.open("/account/security").shows("header a[href='/account'][aria-current=true]"));
}

#[story]
fn w57_assets_have_the_name_of_their_content_and_are_kept_for_ever(t: TestApp) {
    let page = Browser::anonymous(&t).open("/");
    let document = page.document();
    let loaded: Vec<String> =
        document.select(&selector("link[href]")).filter_map(|link| link.attr("href").map(str::to_owned)).collect();
    assert_eq!(loaded.len(), 2, "{loaded:?}");
    for address in loaded {
        let file = t.anonymous().send("GET", &address, None).unwrap();
        assert_eq!(file.status, 200, "{address}");
        assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
        let kind = if address.contains(".css") { "text/css; charset=utf-8" } else { "image/svg+xml" };
        assert_eq!(file.header("content-type"), Some(kind));
        let (stem, rest) = address.split_once('.').unwrap();
        let (hash, extension) = rest.split_once('.').unwrap();
        assert!(hash.len() == 16 && hash.chars().all(|digit| digit.is_ascii_hexdigit()), "{address}");
        for other in [format!("{stem}.0123456789abcdef.{extension}"), format!("{stem}.{extension}")] {
            assert_eq!(t.anonymous().send("GET", &other, None).unwrap().status, 404, "{other}");
        }
    }
}

#[story]
fn o48_every_page_says_until_when_nothing_can_be_changed(t: TestApp) {
    let mut visitor = Browser::anonymous(&t).reading("fr");
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    let banner = |page: &Page| page.has("The portal moves.");
    assert!(!banner(&visitor.open("/")) && !banner(&awa.open("/directory")));
    maintenance_mode::begin_maintenance(&t);
    let page = visitor.open("/login");
    assert!(banner(&page) && page.has("aucune modification n’est possible d’ici là"), "{}", page.text());
    // Also in the frame of a page whose content is kept.
    for _ in 0..2 {
        assert!(banner(&awa.open("/directory")));
    }
    maintenance_mode::seen(&t.admin()).delete("/maintenance").expect(200);
    assert!(!banner(&visitor.open("/")) && !banner(&awa.open("/directory")));
}

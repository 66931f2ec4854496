//! The address book, as seen by a program that knows `CardDAV` and nothing of the portal.

use std::time::Duration;

use portal::http::xml::Element;
use serde_json::json;

use crate::support::address_book::{
    CARD, DAV, Program, Response, basic, condition, multiget, program, propfind, query, responses, sync, token, tree,
};
use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

#[story]
fn a_program_finds_the_address_book(t: TestApp) {
    let awa = t.ncp("SN");
    let phone = program(&t, &awa);
    for path in ["/.well-known/carddav", "/carddav"] {
        let moved = phone.ask("PROPFIND", path, "0", "");
        assert_eq!((moved.status, moved.header("location")), (301, Some("/carddav/")), "{path}");
    }
    let options = t.anonymous().send("OPTIONS", "/carddav/directory/", None).unwrap();
    assert_eq!(options.header("dav"), Some("1, 3, addressbook"));
    assert_eq!(options.header("allow"), Some("OPTIONS, GET, HEAD, PROPFIND, REPORT"));
    let principal = propfind("<D:current-user-principal/>");
    let principal = &responses(&phone.ask("PROPFIND", "/carddav/", "0", &principal))[0];
    let first = |prop: Option<&Element>| prop.unwrap().children().next().unwrap().text().to_owned();
    let path = &first(principal.prop(DAV, "current-user-principal"));
    let home = &responses(&phone.ask("PROPFIND", path, "0", &propfind("<C:addressbook-home-set/>")))[0];
    let path = &first(home.prop(CARD, "addressbook-home-set"));
    let asked = propfind("<D:resourcetype/><D:displayname/><D:sync-token/><X:colour xmlns:X=\"urn:x\"/>");
    let places = responses(&phone.ask("PROPFIND", path, "1", &asked));
    let book = |place: &&Response| place.prop(DAV, "resourcetype").unwrap().child(CARD, "addressbook").is_some();
    let books: Vec<&Response> = places.iter().filter(book).collect();
    assert_eq!(books.iter().map(|book| book.href.as_str()).collect::<Vec<_>>(), ["/carddav/directory/"]);
    assert_eq!(books[0].text("displayname"), "Smart Customs Community");
    assert!(books[0].missing.iter().any(|prop| prop.is("urn:x", "colour")));
    let all = responses(&phone.ask("PROPFIND", "/carddav/directory/", "0", ""));
    let reports = all[0].prop(DAV, "supported-report-set").unwrap();
    assert_eq!(reports.children().count(), 3);
    assert_eq!(all[0].prop(CARD, "supported-address-data").unwrap().children().count(), 2);
}

#[story]
fn a_program_that_compares_tags_has_a_true_copy(t: TestApp) {
    let awa = t.ncp("SN");
    let phone = program(&t, &awa);
    t.seed(700);
    let tags = phone.tags();
    assert_eq!(tags.len(), 701);
    let hrefs: Vec<&str> = tags.iter().map(|(href, _)| href.as_str()).collect();
    let cards = phone.report(&multiget(&hrefs));
    for ((href, tag), card) in tags.iter().zip(&cards) {
        assert_eq!((href, tag.as_str()), (&card.href, card.text("getetag")));
        assert!(card.text("address-data").starts_with("BEGIN:VCARD\r\nVERSION:3.0\r\n"), "as older programs want it");
    }
    let read = phone.get(&tags[0].0);
    assert_eq!(read.header("etag"), Some(tags[0].1.as_str()));
    assert_eq!(read.text, cards[0].text("address-data"));
    let conditional = Program(phone.0.with_header("if-none-match", &tags[0].1));
    assert_eq!(conditional.get(&tags[0].0).status, 304);
    // One changes; one tag is another.
    awa.patch("/me", &json!({"job_title": "Directrice"})).expect(200);
    let changed: Vec<_> = phone.tags().into_iter().filter(|pair| !tags.contains(pair)).collect();
    assert_eq!(changed.len(), 1);
    let gone = "/carddav/directory/01890a5d-ac96-774b-bcce-b302099a8057.vcf";
    let cards = phone.report(&multiget(&[gone, "/elsewhere", &changed[0].0]));
    assert_eq!(cards.iter().filter(|card| card.status.as_deref() == Some("HTTP/1.1 404 Not Found")).count(), 2);
    assert!(cards[2].text("address-data").contains("TITLE:Directrice"));
}

#[story]
fn a_program_that_follows_the_changes_has_a_true_copy(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let phone = program(&t, &awa);
    t.seed(80);
    let mut copy = std::collections::BTreeMap::new();
    let mut since = String::new();
    let mut follow = |copy: &mut std::collections::BTreeMap<String, String>| loop {
        let answer = phone.ask("REPORT", "/carddav/directory/", "0", &sync(&since, 50));
        let token = tree(&answer).child(DAV, "sync-token").unwrap().text().to_owned();
        let mut more = false;
        for response in responses(&answer) {
            match response.status.as_deref() {
                Some(status) if status.contains("507") => more = true,
                Some(status) => {
                    assert!(status.contains("404"), "{status}");
                    copy.remove(&response.href);
                }
                None => drop(copy.insert(response.href.clone(), response.text("getetag").to_owned())),
            }
        }
        since = token;
        if !more {
            return;
        }
    };
    follow(&mut copy);
    let truth = || phone.tags().into_iter().collect::<std::collections::BTreeMap<_, _>>();
    assert_eq!(copy, truth());
    assert_eq!(copy.len(), 81);
    let wanjiru = t.member(&Application::new("KE", "Wanjiru Kamau"));
    awa.patch("/me", &json!({"job_title": "Directrice"})).expect(200);
    follow(&mut copy);
    assert_eq!(copy, truth());
    let id = wanjiru.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/users/{id}/suspend"), &json!({"reason": "left"})).expect(200);
    follow(&mut copy);
    assert_eq!(copy, truth());
    assert_eq!(copy.len(), 81);
    // The collection's own token is one from where to go on, too.
    let own = responses(&phone.ask("PROPFIND", "/carddav/directory/", "0", &propfind("<D:sync-token/>")));
    let own = own[0].text("sync-token").to_owned();
    assert!(responses(&phone.ask("REPORT", "/carddav/directory/", "0", &sync(&own, 50))).is_empty());
    for bad in ["urn:portal:sync:abc", "data:,x"] {
        let refused = phone.ask("REPORT", "/carddav/directory/", "0", &sync(bad, 50));
        assert_eq!(condition(&refused, 403), "valid-sync-token");
    }
    let others = program(&t, &t.member(&Application::new("FR", "Marie Curie")));
    let refused = others.ask("REPORT", "/carddav/directory/", "0", &sync(&own, 50));
    assert_eq!(condition(&refused, 403), "valid-sync-token", "what another may see is another's");
}

#[story]
fn a_program_searches_among_what_its_owner_may_see(t: TestApp) {
    let (awa, marie) = (t.ncp("SN"), t.member(&Application::new("FR", "Marie Curie")));
    awa.patch("/me", &json!({"email_audience": "secretariat"})).expect(200);
    let (own, others) = (program(&t, &awa), program(&t, &marie));
    let search = |who: &Program, filter: &str| who.report(&query(filter, "")).len();
    let name = |how: &str| {
        format!("<C:prop-filter name=\"FN\"><C:text-match match-type=\"{how}\">AWA d</C:text-match></C:prop-filter>")
    };
    let email = "<C:prop-filter name=\"EMAIL\"><C:text-match>awa.diop</C:text-match></C:prop-filter>";
    let absent = "<C:prop-filter name=\"EMAIL\"><C:is-not-defined/></C:prop-filter>";
    assert_eq!(search(&others, ""), 2);
    assert_eq!(search(&others, &name("starts-with")), 1);
    assert_eq!(search(&others, &name("contains")), 1);
    assert_eq!(search(&others, &name("equals")), 0);
    assert_eq!(search(&own, email), 1);
    assert_eq!(search(&others, email), 0, "which is withheld");
    assert_eq!(search(&others, absent), 1);
    assert_eq!(search(&others, &format!("{}{absent}", name("contains"))), 1);
    let limited = others.report(&query("", "<C:limit><C:nresults>1</C:nresults></C:limit>"));
    assert_eq!(limited.len(), 2);
    assert!(limited[1].status.as_deref().unwrap().contains("507"), "there is more");
    for (filter, refused) in [
        ("<C:comp-filter name=\"VCARD\"/>", "supported-filter"),
        (
            "<C:prop-filter name=\"FN\"><C:text-match collation=\"i;klingon\">a</C:text-match></C:prop-filter>",
            "supported-collation",
        ),
    ] {
        let answer = own.ask("REPORT", "/carddav/directory/", "1", &query(filter, ""));
        assert_eq!(condition(&answer, 403), refused);
    }
}

#[story]
fn a_card_is_read_in_the_version_that_is_asked_for(t: TestApp) {
    let awa = t.ncp("SN");
    let phone = program(&t, &awa);
    let href = phone.tags()[0].0.clone();
    let read = |accept: &str| Program(phone.0.with_header("accept", accept)).get(&href);
    let (old, new) = (read("*/*"), read("text/vcard;version=4.0"));
    assert!(old.text.contains("VERSION:3.0") && new.text.contains("VERSION:4.0"));
    assert_eq!(old.header("etag"), new.header("etag"), "one card, in two notations");
    let body = multiget(&[&href])
        .replace("<C:address-data/>", "<C:address-data content-type=\"text/vcard\" version=\"4.0\"/>");
    assert_eq!(phone.report(&body)[0].text("address-data"), new.text);
    let body = multiget(&[&href]).replace("<C:address-data/>", "<C:address-data version=\"2.1\"/>");
    let refused = phone.ask("REPORT", "/carddav/directory/", "0", &body);
    assert_eq!(condition(&refused, 403), "supported-address-data");
    let head = phone.0.send("HEAD", &href, None).unwrap();
    assert_eq!((head.status, head.bytes.len(), head.header("etag")), (200, 0, old.header("etag")));
    assert_eq!(phone.get("/carddav/directory/").status, 405);
    assert_eq!(phone.get("/carddav/directory/x.vcf").refused(404), "not_found");
}

#[story]
fn nobody_gets_in_by_a_password(t: TestApp) {
    let awa = t.ncp("SN");
    let good = token(&awa, "community:read");
    let stopped = |program: &Program, code: &str| {
        let answer = program.get("/carddav/");
        assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"directory\", charset=\"UTF-8\""));
        assert_eq!(answer.refused(401), code);
    };
    stopped(&Program(t.anonymous()), "program_login_required");
    for (email, password) in [
        (awa.email.as_str(), PASSWORD),
        (&awa.email, awa.tokens["access_token"].as_str().unwrap()),
        (&awa.email, "portal_pat_0000000000000000000000000000000000000000000"),
        ("marie@elsewhere.example", &good),
        ("", &good),
    ] {
        stopped(&basic(&t, email, password), "program_refused");
    }
    stopped(&Program(t.anonymous().with_header("authorization", &format!("Bearer {good}"))), "program_refused");
    stopped(&Program(t.anonymous().with_header("authorization", "Basic !")), "program_refused");
    // As people type their address.
    let tags = basic(&t, &awa.email.to_uppercase(), &good).tags();
    assert_eq!(tags.len(), 1);
    let profile = basic(&t, &awa.email, &token(&awa, "profile:read"));
    assert_eq!(profile.get(&tags[0].0).refused(403), "scope_missing");
    let applicant = Application::new("KE", "Wanjiru Kamau");
    t.apply_and_verify(&applicant);
    let form = json!({"name": "phone", "scopes": ["community:read"], "expires_in_days": 1});
    let refused = t.login(&applicant.email).post("/me/tokens", &form);
    assert_eq!(refused.json()["errors"][0]["code"], "scope_not_held", "before the approval: {}", refused.text);
}

#[story("throttle.exempt_networks=", "throttle.network_failures=5")]
fn who_guesses_tokens_is_slowed_down(t: TestApp) {
    let awa = t.ncp("SN");
    let good = token(&awa, "community:read");
    let from = |password: &str| {
        Program(basic(&t, &awa.email, password).0.with_header("x-forwarded-for", "203.0.113.7")).get("/carddav/")
    };
    for _ in 0..5 {
        assert_eq!(from("portal_pat_guess").refused(401), "program_refused");
    }
    assert_eq!(from("portal_pat_guess").refused(429), "too_many_attempts");
    assert_eq!(from(&good).status, 405, "whoever has a good one is let in all the same");
    t.pass(Duration::from_mins(1));
    assert_eq!(from("portal_pat_guess").refused(401), "program_refused");
}

#[story]
fn nothing_can_be_written(t: TestApp) {
    let phone = program(&t, &t.ncp("SN"));
    let tags = phone.tags();
    let href = &tags[0].0;
    for method in ["PUT", "DELETE", "PROPPATCH", "MKCOL", "MOVE", "COPY", "LOCK", "UNLOCK", "POST", "ACL"] {
        let answer = phone.ask(method, href, "0", "<a/>");
        assert_eq!(condition(&answer, 403), "need-privileges", "{method}");
        assert_eq!(answer.header("allow"), Some("OPTIONS, GET, HEAD, PROPFIND, REPORT"), "{method}");
        let nobody = t.anonymous().send(method, href, Some(("application/xml", b"<a/>"))).unwrap();
        assert_eq!(nobody.refused(401), "program_login_required", "{method}");
    }
    assert_eq!(phone.ask("BREW", href, "0", "<a/>").status, 405);
    assert_eq!(phone.tags(), tags);
}

#[story]
fn what_is_not_understood_is_refused(t: TestApp) {
    let phone = program(&t, &t.ncp("SN"));
    let book = "/carddav/directory/";
    for bad in [
        "<D:propfind xmlns:D=\"DAV:\"><D:prop>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><D:propfind xmlns:D=\"DAV:\">&b;</D:propfind>",
        "not xml",
    ] {
        assert_eq!(phone.ask("PROPFIND", book, "0", bad).refused(400), "malformed_xml", "{bad}");
    }
    assert_eq!(condition(&phone.ask("PROPFIND", book, "infinity", ""), 403), "propfind-finite-depth");
    let unknown = phone.ask("REPORT", book, "0", "<D:expand-property xmlns:D=\"DAV:\"/>");
    assert_eq!(condition(&unknown, 403), "supported-report");
    let elsewhere = phone.ask("REPORT", "/carddav/", "0", &multiget(&[]));
    assert_eq!(condition(&elsewhere, 403), "supported-report");
    assert_eq!(phone.ask("PROPFIND", "/carddav/other/", "0", "").refused(404), "not_found");
    let typed = phone.0.with_header("depth", "0").send("PROPFIND", book, Some(("application/json", b"{}"))).unwrap();
    assert_eq!(typed.refused(415), "media_type");
    let large = format!("<a>{}</a>", " ".repeat(1_100_000));
    assert_eq!(phone.ask("REPORT", book, "0", &large).refused(413), "too_large");
}

#[story("directory.export_per_day=20")]
fn an_address_book_counts_against_the_days_quota(t: TestApp) {
    let awa = t.ncp("SN");
    t.seed(14);
    let phone = program(&t, &awa);
    let tags = phone.tags();
    let hrefs: Vec<&str> = tags.iter().map(|(href, _)| href.as_str()).collect();
    assert_eq!(phone.report(&multiget(&hrefs)).len(), 15, "the whole book");
    assert_eq!(phone.tags(), tags, "to compare tags costs nothing");
    assert_eq!(phone.get(hrefs[0]).status, 200, "nor does one card more");
    let again = phone.ask("REPORT", "/carddav/directory/", "0", &multiget(&hrefs));
    assert!(again.header("retry-after").is_some());
    assert_eq!(again.refused(429), "quota_used");
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let log = t.admin().get(&format!("/audit?actor={id}&action=directory_exported")).expect(200);
    let details: Vec<_> = log["data"].as_array().unwrap().iter().map(crate::audit::facts).collect();
    assert_eq!(details, [json!({"format": "carddav", "rows": 15, "parameters": []})], "the first of the day");
    t.pass(Duration::from_hours(24));
    assert_eq!(phone.report(&multiget(&hrefs)).len(), 15);
}

#[story]
fn a_program_that_asks_cards_for_what_they_have_not_is_told_so(t: TestApp) {
    let phone = program(&t, &t.ncp("SN"));
    let names = |props: &[Element]| props.iter().map(|prop| prop.name().to_owned()).collect::<Vec<_>>();
    // The book has a name for people, a card has none.
    let asked =
        propfind("<D:displayname/><D:getcontentlength/><D:getetag/><C:address-data/><X:hue xmlns:X=\"urn:x\"/>");
    let all = responses(&phone.ask("PROPFIND", "/carddav/directory/", "1", &asked));
    assert_eq!(all[0].text("displayname"), "Smart Customs Community");
    assert_eq!(all.len(), 2);
    let missing = ["displayname", "getcontentlength", "hue", "address-data"];
    assert_eq!(
        (names(&all[1].found), names(&all[1].missing)),
        (vec!["getetag".to_owned()], missing.map(str::to_owned).to_vec())
    );
    let href = all[1].href.as_str();
    for (props, found, missing) in [
        ("<D:getetag/><D:getcontenttype/>", 2, 0),
        ("<D:displayname/>", 0, 1),
        ("<D:getetag/><D:displayname/>", 1, 1),
        ("", 0, 0),
    ] {
        let card = &responses(&phone.ask("PROPFIND", href, "0", &propfind(props)))[0];
        assert_eq!((card.found.len(), card.missing.len()), (found, missing), "{props}");
        let asked = multiget(&[href]).replace("<D:getetag/><C:address-data/>", props);
        let card = &phone.report(&asked)[0];
        assert_eq!((card.found.len(), card.missing.len()), (found, missing), "{props}");
    }
    for which in ["allprop", "propname"] {
        let body = format!("<D:propfind xmlns:D=\"DAV:\"><D:{which}/></D:propfind>");
        let card = &responses(&phone.ask("PROPFIND", href, "0", &body))[0];
        let found = names(&card.found);
        assert!(found.contains(&"getetag".to_owned()) && !found.contains(&"displayname".to_owned()), "{found:?}");
        assert!(card.missing.is_empty());
    }
}

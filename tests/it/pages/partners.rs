//! Pages of partner agencies: the Secretariat adds one, invites its people, changes it and ends it; the community reads
//! of it; its people answer the surveys of agencies, and see nothing else.

use std::time::Duration;

use serde_json::json;

use crate::life_cycle::{accept, invite};
use crate::rounds::{given, opened, survey};
use crate::support::browser::{Browser, selector};
use crate::support::{Expect as _, Person, TestApp, story};

const AGENCY: &str = "SN-PORT-DAKAR";
const EMAIL: &str = "f.sow@port.example";

/// The port of Dakar, which belongs to Senegal.
fn port(admin: &Person) {
    let agency = json!({"code": AGENCY, "member": "SN", "name_en": "Port of Dakar", "name_fr": "Port de Dakar"});
    admin.post("/partners", &agency).expect(201);
}

/// A person of the port, who accepted the invitation.
fn fatou(t: &TestApp, admin: &Person) -> Person {
    invite(admin, EMAIL, AGENCY, "partner");
    accept(t, EMAIL);
    t.login(EMAIL)
}

/// An open round of a survey for partner agencies; its id.
fn round(t: &TestApp, admin: &Person) -> String {
    survey(admin, "partners", "partner");
    let now = t.clock.now();
    let closes_at = now.plus(Duration::from_hours(240)).to_string();
    opened(admin, &given("partners", &now.to_string(), &closes_at, "UTC"))
}

#[story]
fn an_agency_is_added_its_people_are_invited_and_it_ends(t: TestApp) {
    let admin = t.admin();
    let mut office = Browser::of(&t, &admin);
    let members = office.open("/members");
    let list = office.click(&members, "Partner agencies");
    assert!(list.has("There is no partner agency here."), "{}", list.text());
    let form = office.click(&list, "New partner agency");
    let fields = [("agency", "SP"), ("member", "SN"), ("name_en", "Port of Dakar")];
    let refused = office.submit(&form, "Create the agency", &fields);
    assert_eq!(refused.status, 422);
    assert!(!refused.error("agency").is_empty() && !refused.error("name_fr").is_empty(), "{}", refused.text());
    let fields = [("agency", "sn-port-dakar"), ("name_fr", "Port de Dakar")];
    let agency = office.submit(&refused, "Create the agency", &fields);
    assert_eq!(agency.path, "/partners/SN-PORT-DAKAR");
    assert!(agency.has("Port of Dakar is added.") && agency.has("Belongs to Senegal"), "{}", agency.text());
    assert!(agency.has("Nobody is invited yet.") && agency.has("No round has asked it yet."), "{}", agency.text());

    let form = office.click(&agency, "Invite a person");
    assert_eq!((form.value("organisation").as_str(), form.value("role").as_str()), (AGENCY, "partner"));
    let fields = [("name", "Fatou Sow"), ("email", EMAIL)];
    let invited = office.submit(&form, "Send the invitation", &fields);
    assert!(invited.path.starts_with("/appointments/"), "{}", invited.text());
    accept(&t, EMAIL);
    let agency = office.open("/partners/sn-port-dakar");
    assert!(agency.has("Fatou Sow") && !agency.has("Nobody is invited yet."), "{}", agency.text());
    let people = office.click(&agency, "All people of this agency");
    assert!(people.has("Fatou Sow") && people.has("Port of Dakar"), "{}", people.text());

    let edit = office.click(&agency, "Change the agency");
    assert_eq!(edit.value("name_en"), "Port of Dakar");
    let changed = office.submit(&edit, "Change the agency", &[("name_en", "Autonomous Port of Dakar")]);
    assert!(changed.has("Autonomous Port of Dakar was changed."), "{}", changed.text());
    let late = office.submit(&edit, "Change the agency", &[("name_en", "Harbour of Dakar")]);
    assert!(late.status == 412 && late.has("Autonomous Port of Dakar"), "{}", late.text());

    let end = office.click(&changed, "End the agency");
    assert!(end.has("No round that opens from this day on") && end.has("Fatou Sow"), "{}", end.text());
    let refused = office.submit(&end, "End the agency", &[("left_on", "")]);
    assert_eq!((refused.status, refused.error("left_on").as_str()), (422, "This field is required."));
    let today = t.clock.now().day().to_string();
    let ended = office.submit(&refused, "End the agency", &[("left_on", today.as_str())]);
    assert!(ended.has("is no longer asked from") && !ended.has("End the agency"), "{}", ended.text());
    assert!(ended.shows("main .tag.warn"), "{}", ended.html);
    // No round asks it any more.
    survey(&admin, "partners", "partner");
    let now = t.clock.now();
    let closes_at = now.plus(Duration::from_hours(240)).to_string();
    let made = admin.post("/rounds", &given("partners", &now.to_string(), &closes_at, "UTC")).expect(201);
    let open = admin.post(&format!("/rounds/{}/open", made["id"].as_str().unwrap()), &json!({}));
    assert_eq!(open.refused(409), "frame_empty");
}

#[story]
fn an_end_of_what_was_changed_meanwhile_comes_again(t: TestApp) {
    let admin = t.admin();
    port(&admin);
    let mut office = Browser::of(&t, &admin);
    let end = office.open(&format!("/partners/{AGENCY}/end"));
    let edit = office.open(&format!("/partners/{AGENCY}/edit"));
    office.submit(&edit, "Change the agency", &[("name_en", "Autonomous Port of Dakar")]);
    let late = office.submit(&end, "End the agency", &[]);
    assert!(late.status == 412 && late.has("Autonomous Port of Dakar"), "{}", late.text());
    let ended = office.submit(&late, "End the agency", &[]);
    assert!(ended.has("is no longer asked from"), "{}", ended.text());
}

#[story]
fn the_community_reads_of_agencies_and_their_people_and_rounds_are_for_the_secretariat(t: TestApp) {
    let admin = t.admin();
    port(&admin);
    fatou(&t, &admin);
    let round = round(&t, &admin);
    let mut office = Browser::of(&t, &admin);
    let seen = office.open(&format!("/partners/{AGENCY}"));
    assert!(seen.has("Fatou Sow") && seen.has("Not started"), "{}", seen.text());
    let frame = office.open(&format!("/rounds/{round}/frame"));
    assert!(frame.has("1 partner agency is asked.") && frame.has("Port of Dakar"), "{}", frame.text());
    let mut awa = Browser::of(&t, &t.ncp("SN")).in_french();
    let member = awa.open("/members/SN");
    let list = awa.click(&member, "Organismes partenaires de ce Membre");
    let agency = awa.click(&list, "Port de Dakar");
    assert!(agency.has("Relève de Sénégal"), "{}", agency.text());
    assert!(!agency.has("Fatou Sow") && !agency.has("Modifier l’organisme"), "{}", agency.text());
    // An agency is an organisation, and its address as one leads to its page; a member is no agency.
    assert_eq!(awa.open(&format!("/members/{AGENCY}")).path, format!("/partners/{AGENCY}"));
    assert_eq!(awa.open("/partners/SN").status, 404);
    let none = awa.open("/partners?member=KE");
    assert!(none.has("Il n’y a aucun organisme partenaire ici."), "{}", none.text());
    // What the Secretariat hides is not told.
    let edit = office.open(&format!("/partners/{AGENCY}/edit"));
    office.submit(&edit, "Change the agency", &[("status", "hidden")]);
    assert_eq!(awa.open(&format!("/partners/{AGENCY}")).status, 404);
    assert!(!awa.open("/partners").has("Port de Dakar"));
    // No form of an agency changes a member.
    let forged = office.post("/partners/SN/end", &[("left_on", "2020-01-01")]);
    assert_eq!(forged.status, 404, "{}", forged.text());
}

#[story]
fn a_person_of_an_agency_finds_its_survey_on_the_home_page_and_nothing_of_the_community(t: TestApp) {
    let admin = t.admin();
    port(&admin);
    let person = fatou(&t, &admin);
    let mut browser = Browser::of(&t, &person);
    let home = browser.open("/");
    assert!(home.has("Aucune enquête n’attend une réponse de votre organisme."), "{}", home.text());
    let round = round(&t, &admin);
    // What waits is counted again after some seconds.
    t.pass(Duration::from_secs(16));
    let home = browser.open("/");
    assert!(home.has("Enquêtes auxquelles répondre") && home.has("Non commencée"), "{}", home.text());
    assert!(home.has("Tâches (1)"), "the menu counts the survey: {}", home.text());
    assert!(home.shows("nav.places a[href='/surveys']") && !home.shows("nav.places a[href='/directory']"));
    assert!(!home.has("Vous n’avez aucun mandat"), "{}", home.text());
    let response = format!("/rounds/{round}/response");
    assert!(home.shows(&format!("main a[href='{response}']")), "{}", home.html);
    let hub = browser.open(&response);
    browser.submit(&hub, "Commencer la réponse", &[]);
    let home = browser.open("/");
    assert!(home.has("En cours de rédaction") && !home.has("Non commencée"), "{}", home.text());
    for closed in ["/directory", "/members", "/partners", "/technologies", "/announcements", "/people"] {
        let page = browser.open(closed);
        assert_eq!(page.status, 403, "{closed}");
        assert!(!page.has("Aucun mandat en vigueur"), "{closed}: {}", page.text());
    }
    assert!(browser.open("/directory").has("Page réservée aux Membres"));
    assert_eq!(person.get("/contacts").refused(403), "members_only");
    admin.post(&format!("/rounds/{round}/close"), &json!({})).expect(200);
    let home = browser.open("/");
    assert!(!home.shows(&format!("main a[href='{response}']")), "{}", home.html);
    assert!(home.shows(&format!("main a[href='/rounds/{round}']")), "{}", home.html);
}

#[story]
fn the_entry_of_a_person_names_the_agency(t: TestApp) {
    let admin = t.admin();
    port(&admin);
    let mut browser = Browser::of(&t, &fatou(&t, &admin));
    let entry = browser.open("/account/entry");
    assert!(entry.has("Organisme partenaire, Port de Dakar") && !entry.has(AGENCY), "{}", entry.text());
    assert!(entry.has("Le Secrétariat voit cette fiche.") && !entry.has("toute la communauté"), "{}", entry.text());
    assert!(!entry.shows("main a[href^='/account/entry?as=']"), "{}", entry.html);
    let form = browser.open("/account/profile");
    assert!(!form.shows("select[name=email_audience]"), "{}", form.html);
    let fields = [("job_title", "Chef de service"), ("languages", "français")];
    let entry = browser.submit(&form, "Enregistrer le profil", &fields);
    assert!(entry.path == "/account/entry" && entry.has("Chef de service"), "{}", entry.text());
    let auditor = t.ncp("JP");
    let id = auditor.get("/me").expect(200)["id"].clone();
    let form = json!({"organisation": "XS", "role": "auditor", "user_id": id});
    admin.post("/appointments", &form).expect(201);
    let entry = Browser::of(&t, &t.with_app(&t.login(&auditor.email))).open("/account/entry");
    assert!(entry.has("Auditor, Secretariat") && !entry.has("Auditor, XS"), "{}", entry.text());
}

#[story]
fn no_page_of_an_agency_leads_its_people_where_they_may_not_go(t: TestApp) {
    let admin = t.admin();
    port(&admin);
    let person = fatou(&t, &admin);
    let round = round(&t, &admin);
    let mut browser = Browser::of(&t, &person);
    let mut open = vec!["/".to_owned(), format!("/rounds/{round}")];
    let mut known = open.clone();
    while let Some(address) = open.pop() {
        let page = browser.open(&address);
        assert_eq!(page.status, 200, "{address}: {}", page.text());
        let (document, links) = (page.document(), selector("a[href^='/']"));
        for link in document.select(&links).filter_map(|link| link.attr("href")) {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            let is_page = ["/surveys", "/rounds", "/responses"].iter().any(|place| link.starts_with(place));
            if is_page && !known.contains(&link) {
                known.push(link.clone());
                open.push(link);
            }
        }
    }
    assert!(known.len() > 8, "{known:?}");
}

//! Pages of the letter of nomination, and of further appointments.

use crate::life_cycle::accept;
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

const LETTER: &[u8] = b"%PDF-1.7\n% The Director General nominates Awa Diop\ntrailer\n<<>>\n%%EOF\n";
const PDF: &str = "application/pdf";

/// The coordinator of a member, logged in with two factors.
fn coordinator(t: &TestApp, member: &str) -> Person {
    let mut application = Application::new(member, "Moussa Fall");
    application.role = "coordinator";
    t.member(&application)
}

/// The addresses of the appointments of a person, the oldest first.
fn appointments(t: &TestApp, email: &str) -> Vec<String> {
    let rows = t.admin().all("/appointments");
    let own = rows.iter().filter(|row| row["person"]["email"] == email);
    own.map(|row| format!("/appointments/{}", row["id"].as_str().unwrap())).collect()
}

/// The address of the only appointment of a person.
fn appointment(t: &TestApp, email: &str) -> String {
    let own = appointments(t, email);
    assert_eq!(own.len(), 1);
    own[0].clone()
}

#[story("storage.file_limit=65536")]
fn w12_an_applicant_is_led_to_the_letter_and_hands_it_in(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    t.apply_and_verify(&awa);
    let mut browser = Browser::of(&t, &t.login(&awa.email));
    let home = browser.open("/");
    assert!(home.has("or the Secretariat decide.") && !home.has("What was said about it"), "{}", home.text());
    let form = browser.click(&home, "Hand in the letter of nomination (Senegal)");
    let button = "Hand in the letter";
    let none = browser.submit_file(&form, button, &[], None);
    assert_eq!(none.status, 422);
    assert!(!none.error("file").is_empty() && none.title().starts_with("Error:"), "{}", none.text());
    let html = b"<!DOCTYPE html><script>alert(1)</script>".as_slice();
    let wrong = browser.submit_file(&none, button, &[], Some(("letter.pdf", PDF, html)));
    assert_eq!(wrong.status, 422, "whatever its name is");
    assert!(wrong.error("file").contains("PDF document"), "{}", wrong.text());
    // A little too large, and larger than the whole form may be.
    for bytes in [70_000, 200_000] {
        let large = vec![b' '; bytes];
        let refused = browser.submit_file(&wrong, button, &[], Some(("scan.pdf", PDF, large.as_slice())));
        assert_eq!(refused.status, 413);
        assert!(refused.error("file").contains("at most 64 KB"), "{}", refused.text());
    }
    let done = browser.submit_file(&wrong, button, &[], Some(("..\\Lettre de désignation.PDF", "", LETTER)));
    assert_eq!(done.path, appointment(&t, &awa.email));
    assert!(done.has("The letter Lettre de désignation.pdf is handed in."), "{}", done.text());
    assert!(done.has("Handed in by You"), "{}", done.text());
    assert!(!done.shows("main a[href$='/letter']"), "who is nominated does not read it");
    let home = browser.open("/");
    assert!(home.has("The letter of nomination is handed in: Lettre de désignation.pdf"), "{}", home.text());
    assert!(!home.has("Hand in the letter"), "{}", home.text());
    assert!(home.link("Replace the letter of nomination (Senegal)").ends_with("/letter/replace"));
}

#[story]
fn w12_an_officer_reads_replaces_and_removes_a_letter(t: TestApp) {
    let (awa, moussa) = (Application::new("SN", "Awa Diop"), coordinator(&t, "SN"));
    t.apply_and_verify(&awa);
    let address = appointment(&t, &awa.email);
    let mut applicant = Browser::of(&t, &t.login(&awa.email));
    let form = applicant.open(&format!("{address}/letter/replace"));
    applicant.submit_file(&form, "Hand in the letter", &[], Some(("first.pdf", PDF, LETTER)));

    let mut officer = Browser::of(&t, &moussa);
    let page = officer.open(&address);
    assert!(page.has("Handed in by") && page.has("first.pdf"), "{}", page.text());
    let file = officer.send("GET", &page.link("first.pdf"), None);
    assert_eq!(file.text.as_bytes(), LETTER);
    let form = officer.click(&page, "Replace the letter of nomination");
    assert!(form.title().contains("Awa Diop") && form.has("first.pdf"), "the page says which letter there is");

    let own = applicant.open(&format!("{address}/letter/replace"));
    applicant.submit_file(&own, "Replace the letter", &[], Some(("second.pdf", PDF, LETTER)));
    let stale = officer.submit_file(&form, "Replace the letter", &[], Some(("officer.pdf", PDF, LETTER)));
    assert_eq!(stale.status, 412);
    assert!(stale.has("second.pdf"), "the letter of now: {}", stale.text());
    let done = officer.submit_file(&stale, "Replace the letter", &[], Some(("officer.pdf", PDF, LETTER)));
    assert!(done.has("The letter officer.pdf is handed in."), "{}", done.text());

    let ask = officer.click(&done, "Remove the letter of nomination");
    assert!(ask.title().contains("Awa Diop") && ask.has("cannot be restored") && ask.has("officer.pdf"));
    let removed = officer.submit(&ask, "Remove the letter", &[]);
    assert!(removed.has("The letter is removed.") && !removed.has("officer.pdf"), "{}", removed.text());
    // Sent twice: there is nothing to remove any more.
    assert_eq!(officer.submit(&ask, "Remove the letter", &[]).path, address);
}

#[story]
fn w52_a_letter_is_handed_in_by_those_who_may(t: TestApp) {
    let awa = t.ncp("SN");
    let address = format!("{}/letter/replace", appointment(&t, &awa.email));
    let mut elsewhere = Browser::of(&t, &coordinator(&t, "KE"));
    assert_eq!(elsewhere.open(&address).status, 404);
    let mut holder = Browser::of(&t, &awa);
    assert_eq!(holder.open(&address).status, 404, "the case is decided");
    assert!(!holder.open(&appointment(&t, &awa.email)).shows("main a[href*='/letter']"));
    assert_eq!(holder.post(&address, &[("version", "")]).status, 404);
    let mut officer = Browser::of(&t, &t.admin());
    let fields = officer.post(&address, &[("version", "")]);
    assert_eq!(fields.status, 415, "a form without a file is another one");
    assert!(fields.shows("form[enctype='multipart/form-data'] input[type=file]"));
}

#[story]
fn w26_a_file_is_chosen_again_after_the_login(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    t.apply_and_verify(&awa);
    let person = t.login(&awa.email);
    let address = format!("{}/letter/replace", appointment(&t, &awa.email));
    let mut browser = Browser::of(&t, &person);
    let form = browser.open(&address);
    person.delete("/me/sessions").expect(204);
    let asked = browser.submit_file(&form, "Hand in the letter", &[], Some(("letter.pdf", PDF, LETTER)));
    assert_eq!(asked.status, 401);
    assert!(asked.shows("form[action='/login']") && asked.has("a file has to be chosen again"), "{}", asked.text());
    let form = browser.log_in_on(&t, &asked, &awa.email);
    assert_eq!(form.path, address);
    assert!(form.has("choose the file again") && form.shows("input[type=file]"), "{}", form.text());
    let done = browser.submit_file(&form, "Hand in the letter", &[], Some(("letter.pdf", PDF, LETTER)));
    assert!(done.has("The letter letter.pdf is handed in."), "{}", done.text());
}

#[story]
fn w20_a_person_applies_for_a_further_appointment_and_sees_which_is_which(t: TestApp) {
    let awa = t.ncp("SN");
    let first = appointment(&t, &awa.email);
    let mut browser = Browser::of(&t, &awa);
    let account = browser.open("/account");
    let form = browser.click(&account, "Apply for a further appointment");
    let refused = browser.submit(&form, "Send the application", &[("role", "coordinator")]);
    assert_eq!((refused.status, refused.value("role").as_str()), (422, "coordinator"));
    assert!(!refused.error("organisation").is_empty());
    let fields = [("organisation", "KE"), ("role", "coordinator")];
    let [second, again] = [(); 2].map(|()| browser.submit(&form, "Send the application", &fields));
    assert_eq!(second.path, again.path, "sent twice, it is one application");
    assert_eq!(appointments(&t, &awa.email).len(), 2);
    assert!(second.has("Your application is sent.") && second.title().contains("Kenya"), "{}", second.text());
    let other = second.shows(&format!("main a[href='{first}']"));
    assert!(other && second.has("Your other appointments"), "{}", second.text());
    let letter = browser.click(&second, "Hand in the letter of nomination");
    assert!(letter.has("Coordinator") && letter.has("Kenya"), "the page says which one it is about: {}", letter.text());
    let all = browser.open("/account/appointments");
    assert!([&first, &second.path].iter().all(|one| all.shows(&format!("tbody a[href='{one}']"))), "{}", all.html);
}

#[story]
fn w25_an_officer_appoints_a_person_with_an_account_once(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &t.admin());
    let page = browser.open(&appointment(&t, &awa.email));
    let ask = browser.click(&page, "Appoint this person to a further role");
    assert!(ask.title().contains("Awa Diop") && ask.has("in force at once"), "{}", ask.text());
    let fields = [("organisation", "KE"), ("role", "ncp")];
    assert_eq!(ask.value("role"), "", "no role is chosen beforehand");
    let unchosen = browser.submit(&ask, "Appoint Awa Diop", &[("organisation", "KE")]);
    assert_eq!((unchosen.status, unchosen.error("role").is_empty()), (422, false), "{}", unchosen.text());
    let [first, second] = [(); 2].map(|()| browser.submit(&ask, "Appoint Awa Diop", &fields));
    assert_eq!(first.path, second.path);
    assert!(first.has("Awa Diop is appointed.") && first.title().contains("Kenya"), "{}", first.text());
    let anew = browser.open(&ask.path);
    let known = browser.submit(&anew, "Appoint Awa Diop", &fields);
    assert_eq!((known.status, known.value("organisation").as_str()), (409, "KE"), "{}", known.text());
    assert_eq!(appointments(&t, &awa.email).len(), 2);
    let mut elsewhere = Browser::of(&t, &coordinator(&t, "FR"));
    assert_eq!(elsewhere.open(&ask.path).status, 404);
}

#[story]
fn w11_a_successor_is_invited_from_the_appointment(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN"), t.ncp("SN"));
    let address = appointment(&t, &awa.email);
    let mut browser = Browser::of(&t, &moussa);
    let page = browser.open(&address);
    let form = browser.click(&page, "Invite a successor");
    assert!(form.title().contains("Awa Diop") && form.value("role") == "ncp", "{}", form.text());
    let refused = browser.submit(&form, "Invite the successor", &[("name", "Fatou Sow"), ("email", "nowhere")]);
    assert_eq!(refused.status, 422);
    assert!(refused.title().contains("Awa Diop"), "it is still the form of a successor");
    let email = "fatou.sow@douanes.example";
    let sent = browser.submit(&refused, "Invite the successor", &[("email", email)]);
    assert!(sent.has("Fatou Sow is invited."), "{}", sent.text());
    accept(&t, email);
    assert_eq!(t.admin().get(&address).expect(200)["status"], "replaced");
}

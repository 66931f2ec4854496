//! A browser without scripts, for stories about pages: it opens addresses, follows links, fills in forms and keeps
//! cookies.
//!
//! Each page that it opens is checked (`page_checks`). A link or a button is found by its text, as a person finds it;
//! where two fit that lead to different places, the story fails, since the text does not say which one is meant.

use portal::demo::client::{Answer, Client};
use scraper::{ElementRef, Html};

pub use super::page::Page;
pub use super::page::selector;
use super::page::{is_choice, only, values};
use super::page_checks::check;
use super::{PASSWORD, Person, TestApp};

/// Most redirects from one page to the next.
const MOST_REDIRECTS: usize = 5;
/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";
/// The media type of a form with a file.
const PARTS: &str = "multipart/form-data";
/// What stands between the parts of such a form.
const BOUNDARY: &str = "----PortalFormBoundary7MA4YWxk";

/// A file that is chosen in a form: its name, the media type that the browser takes it for, and its content.
pub type Chosen<'a> = (&'a str, &'a str, &'a [u8]);

/// A browser.
pub struct Browser {
    client: Client,
    cookies: Vec<(String, String)>,
}

impl Browser {
    /// A browser in which nobody is logged in.
    pub fn anonymous(t: &TestApp) -> Self {
        let client = t.anonymous().with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        Self { client, cookies: Vec::new() }
    }

    /// A browser in which nobody is logged in, at a server of the story's own.
    pub fn at(t: &TestApp, base: &str) -> Self {
        let usual = Self::anonymous(t).client;
        let mut client = Client::new(base);
        client.headers = usual.headers;
        Self { client, cookies: Vec::new() }
    }

    /// A browser in which this person is logged in, by the pages of the login.
    pub fn of(t: &TestApp, person: &Person) -> Self {
        let mut browser = Self::anonymous(t);
        browser.log_in(t, &person.email);
        browser
    }

    /// The same browser, set to this language.
    pub fn reading(mut self, language: &'static str) -> Self {
        self.client.language = language;
        self
    }

    /// The same browser, after its reader has chosen French on a page: whoever is logged in reads in the own language
    /// otherwise, whatever the browser asks for.
    pub fn in_french(mut self) -> Self {
        let page = self.open("/help");
        self.submit(&page, "Français", &[]);
        self
    }

    /// Logs in by the pages, with the authenticator app if the person has one; returns the page after that.
    pub fn log_in(&mut self, t: &TestApp, email: &str) -> Page {
        let page = self.open("/login");
        self.log_in_on(t, &page, email)
    }

    /// Logs in once more, over a session that is open.
    pub fn log_in_anew(&mut self, t: &TestApp, email: &str) -> Page {
        let page = Self::anonymous(t).open("/login");
        self.log_in_on(t, &page, email)
    }

    /// The same from a page that has the form of the login.
    pub fn log_in_on(&mut self, t: &TestApp, page: &Page, email: &str) -> Page {
        let page = self.submit_to(page, "/login", &[("email", email), ("password", PASSWORD)]);
        if !page.asks_for_code() {
            assert_eq!(page.status, 200, "{email} is not logged in: {}", page.text());
            return page;
        }
        // A code is good once, and the current one may have been used.
        t.pass(std::time::Duration::from_secs(30));
        let page = self.submit_to(&page, "/login/code", &[("code", &t.code(email))]);
        assert!(page.status == 200 && !page.asks_for_code(), "{email} is not logged in: {}", page.text());
        page
    }

    /// Opens an address of the portal, and follows redirects.
    pub fn open(&mut self, address: &str) -> Page {
        let answer = self.send("GET", address, None);
        self.arrive(address, answer)
    }

    /// Follows the link with this text.
    pub fn click(&mut self, page: &Page, text: &str) -> Page {
        let address = page.resolve(&page.link(text));
        self.open(&address)
    }

    /// Presses the button with this text, in a form whose fields get these values; an empty value unchecks a checkbox.
    pub fn submit(&mut self, page: &Page, button: &str, fields: &[(&str, &str)]) -> Page {
        let document = page.document();
        let pressed = page.button(document, button);
        let form = form_of(document, pressed);
        self.send_form(page, form, Some(pressed), fields)
    }

    /// The same in a form with a file; none where no file is chosen.
    pub fn submit_file(
        &mut self,
        page: &Page,
        button: &str,
        fields: &[(&str, &str)],
        file: Option<Chosen<'_>>,
    ) -> Page {
        let document = page.document();
        let pressed = page.button(document, button);
        let form = form_of(document, pressed);
        assert_eq!(form.attr("enctype"), Some(PARTS), "the form on {} takes no file", page.path);
        let control = only(document, "form input[type=file]", &page.path);
        let name = control.attr("name").expect("the name of the file's field");
        let body = parts(&filled(form, Some(pressed), fields), name, file);
        let address = page.resolve(form.attr("action").expect("an action"));
        let media_type = format!("{PARTS}; boundary={BOUNDARY}");
        let answer = self.send_body("POST", &address, Some((&media_type, &body)));
        self.arrive(&address, answer)
    }

    /// The same for the form that posts to this path.
    pub fn submit_to(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let document = page.document();
        let form = only(document, &format!("form[action={action:?}]"), &page.path);
        let button = form.select(&selector("button")).next();
        self.send_form(page, form, button, fields)
    }

    /// Posts these fields without a form, as a forged one would.
    pub fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Page {
        let body = encoded(fields.iter().copied());
        let answer = self.send("POST", address, Some(&body));
        self.arrive(address, answer)
    }

    /// A request with the cookies of this browser, and its plain answer.
    pub fn send(&mut self, method: &str, address: &str, form: Option<&str>) -> Answer {
        self.send_body(method, address, form.map(|form| (FORM, form.as_bytes())))
    }

    /// The same with a body of any media type.
    pub fn send_body(&mut self, method: &str, address: &str, body: Option<(&str, &[u8])>) -> Answer {
        let mut client = self.client.clone();
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            client = client.with_header("cookie", &pairs.join("; "));
        }
        if method != "GET" && !client.headers.iter().any(|(name, _)| name == "sec-fetch-site") {
            client = client.with_header("sec-fetch-site", "same-origin");
        }
        let answer = client.send(method, address, body).expect("an answer");
        self.keep_cookies(&answer);
        answer
    }

    /// The same browser, whose requests have this header.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.client = self.client.with_header(name, value);
        self
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Forgets a cookie.
    pub fn forget_cookie(&mut self, name: &str) {
        self.cookies.retain(|(known, _)| known != name);
    }

    fn send_form(
        &mut self,
        page: &Page,
        form: ElementRef<'_>,
        button: Option<ElementRef<'_>>,
        fields: &[(&str, &str)],
    ) -> Page {
        let body = encoded(filled(form, button, fields).iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let method = button.and_then(|button| button.attr("formmethod")).or_else(|| form.attr("method"));
        let action = button.and_then(|button| button.attr("formaction")).or_else(|| form.attr("action"));
        let address = page.resolve(action.expect("an action"));
        if method.is_some_and(|method| method.eq_ignore_ascii_case("post")) {
            let answer = self.send("POST", &address, Some(&body));
            return self.arrive(&address, answer);
        }
        let path = address.split('?').next().unwrap_or_default();
        self.open(&format!("{path}?{body}"))
    }

    /// The page to which an answer leads.
    fn arrive(&mut self, address: &str, mut answer: Answer) -> Page {
        let mut path = address.to_owned();
        for _ in 0..MOST_REDIRECTS {
            if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
                let page = Page::of(path, answer);
                check(&page);
                return page;
            }
            let location = answer.header("location").expect("a location").to_owned();
            assert!(portal::http::own_path(&location).is_some(), "{path} leads to {location}");
            location.split('#').next().unwrap_or_default().clone_into(&mut path);
            answer = self.send("GET", &path, None);
        }
        panic!("{address} leads on and on, at last to {path}");
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        // A browser would forget the known device with them, and its owner would share the count of strangers.
        assert!(answer.header("clear-site-data").is_none_or(|what| !what.contains("\"cookies\"")), "no cookies left");
        for (_, line) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let mut parts = line.split(';').map(str::trim);
            let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
            let has = |wanted: &str| attributes.iter().any(|attribute| attribute == wanted);
            assert!(name.starts_with("__Host-"), "{line}");
            assert!(has("secure") && has("httponly") && has("samesite=lax") && has("path=/"), "{line}");
            // It lives for seconds, and no story waits for them: each would leave the kept answers alone from its first
            // form on.
            if name == "__Host-wrote" {
                continue;
            }
            self.forget_cookie(name);
            if !has("max-age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

/// The form around a button, or the one that it names.
fn form_of<'a>(document: &'a Html, button: ElementRef<'a>) -> ElementRef<'a> {
    if let Some(id) = button.attr("form") {
        return only(document, &format!("form[id={id:?}]"), "this page");
    }
    let around = button.ancestors().filter_map(ElementRef::wrap).find(|around| around.value().name() == "form");
    around.expect("a form around the button")
}

/// What a form sends: what it shows, but these values in their fields.
fn filled(form: ElementRef<'_>, button: Option<ElementRef<'_>>, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let (mut sent, mut names) = (Vec::new(), Vec::new());
    for control in form.select(&selector("input, select, textarea")) {
        let is_off = |around: ElementRef<'_>| around.attr("disabled").is_some();
        let is_disabled = is_off(control) || control.ancestors().filter_map(ElementRef::wrap).any(is_off);
        let Some(name) = control.attr("name").filter(|_| !is_disabled) else { continue };
        let is_first = !names.contains(&name);
        names.push(name);
        let given: Vec<&str> = fields.iter().filter(|(field, _)| *field == name).map(|(_, value)| *value).collect();
        if given.is_empty() {
            sent.extend(values(control).into_iter().map(|value| (name.to_owned(), value)));
        } else if is_first {
            let wanted = given.iter().filter(|value| !(is_choice(control) && value.is_empty()));
            sent.extend(wanted.map(|value| (name.to_owned(), (*value).to_owned())));
        }
    }
    for (field, _) in fields {
        assert!(names.contains(field), "no field {field:?} among {names:?}");
    }
    if let Some(button) = button
        && let Some(name) = button.attr("name")
    {
        sent.push((name.to_owned(), button.attr("value").unwrap_or_default().to_owned()));
    }
    sent
}

/// A form with a file (RFC 7578), as browsers send it: an empty part without a name where no file is chosen.
fn parts(fields: &[(String, String)], name: &str, file: Option<Chosen<'_>>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    let (file_name, media_type, content) = file.unwrap_or(("", "application/octet-stream", b""));
    let disposition = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"");
    let head = format!("--{BOUNDARY}\r\n{disposition}\r\nContent-Type: {media_type}\r\n\r\n");
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}

fn encoded<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

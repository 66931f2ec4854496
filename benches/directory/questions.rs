//! The questions to the directory, and the goals of their times.

use std::fmt::Write as _;

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use portal::bench::Outcome;
use portal::bench::client::{Connection, request};
use portal::bench::site::Portal;

/// Contacts whose ids and tags are asked for, one after the other.
const READ: usize = 500;
/// Places far in at which pages begin.
const PLACES: usize = 20;
/// Rows of a page on the way there.
const STRIDE: u32 = 100;

/// The kind of a question.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page or a single contact: within 5 ms, and as fast of a million as of a thousand.
    Plain,
    /// Counting or searching: within 100 ms.
    Search,
}

/// A question in several wordings, asked in turn.
pub struct Question {
    /// Its name in the table.
    pub name: &'static str,
    /// Of which kind.
    pub kind: Kind,
    /// The status of every answer.
    pub status: u16,
    /// The requests.
    pub requests: Vec<Vec<u8>>,
}

const REGION: [&str; 3] = ["region=ESA", "region=EUR", "region=WCA"];
const ROLE: [&str; 3] = ["role=coordinator&language=fr", "role=ncp&language=es", "role=coordinator&language=sw"];
const MEMBERS: [&str; 3] = ["ivory coast", "turkey", "кения"];
/// Words of so many letters, as people type them; the last match everybody whose name comes late in the alphabet.
const TYPED: [(&str, &[&str]); 6] = [
    ("search, 3 letters", &["dio", "tra", "kon", "lin", "ris"]),
    ("search, 6 letters", &["moussa", "ndiaye", "haddad", "policy", "kowals"]),
    ("search, 12 letters", &["wanjiru diop", "fatou mensah", "mei o'connor"]),
    ("search, 20 letters", &["jürgen kowalski head", "risk management noor", "thabo van den berg c"]),
    ("search, a letter wrong", &["mousza", "fernandes", "kowalsky", "inovation"]),
    ("search, last in the order", &["zoran", "zoë", "yousef sharma"]),
];
const FACETS: &str = "facets=region,member,role,language,technology,confirmation";

/// Everything that is asked of a portal, for the bearer of a token.
pub async fn all(portal: &Portal, token: &str, contacts: u32) -> Outcome<Vec<Question>> {
    let Depth { cursors, ids } = Depth::of(portal, token, contacts).await?;
    let list = |query: &str| request("GET", &format!("/api/v1/contacts?limit=25&{query}"), Some(token), None);
    let lists = |queries: &[&str]| queries.iter().map(|query| list(query)).collect::<Vec<_>>();
    let search = |words: &&str| list(&format!("q={}", byte_serialize(words.as_bytes()).collect::<String>()));
    let plain = |name, requests| Question { name, kind: Kind::Plain, status: 200, requests };
    let searched = |name, requests| Question { name, kind: Kind::Search, status: 200, requests };
    let reads: Vec<Vec<u8>> =
        ids.iter().map(|id| request("GET", &format!("/api/v1/contacts/{id}"), Some(token), None)).collect();
    let unchanged = unchanged(portal, &reads).await?;
    let mut questions = vec![
        plain("page of a region", lists(&REGION)),
        plain("page of a role and a language", lists(&ROLE)),
        plain("page far in", cursors.iter().map(|cursor| list(&format!("cursor={cursor}"))).collect()),
        plain("page, last changed first", lists(&["sort=-updated_at"])),
        plain("page by member", lists(&["sort=member"])),
        plain("one contact", reads),
        Question { name: "one contact, unchanged (304)", kind: Kind::Plain, status: 304, requests: unchanged },
    ];
    questions.extend(TYPED.iter().map(|(name, words)| searched(name, words.iter().map(search).collect())));
    questions.extend([
        searched("search, a member's other name", MEMBERS.iter().map(search).collect()),
        searched("page and all facets", lists(&[FACETS])),
        searched(
            "· of a region, role, language",
            lists(&REGION.map(|r| format!("{FACETS}&{r}&{}", ROLE[0])).each_ref().map(String::as_str)),
        ),
        searched(
            "page and total of a role, language",
            lists(&ROLE.map(|r| format!("total=true&{r}")).each_ref().map(String::as_str)),
        ),
        searched(
            "role, language, changed first",
            lists(&ROLE.map(|r| format!("sort=-updated_at&{r}")).each_ref().map(String::as_str)),
        ),
        searched(
            "role, language, by member",
            lists(&ROLE.map(|r| format!("sort=member&{r}")).each_ref().map(String::as_str)),
        ),
    ]);
    Ok(questions)
}

/// Half-way through the directory.
struct Depth {
    cursors: Vec<String>,
    /// Of contacts all the way there.
    ids: Vec<String>,
}

impl Depth {
    /// Pages there: a cursor is signed, so there is no other way.
    async fn of(portal: &Portal, token: &str, contacts: u32) -> Outcome<Self> {
        let pages = usize::try_from(contacts / STRIDE / 2)?.max(1);
        let (mut connection, mut next) = (Connection::open(portal.address).await?, String::new());
        let mut depth = Self { cursors: Vec::new(), ids: Vec::new() };
        for page in 0..pages {
            let path = format!("/api/v1/contacts?limit={STRIDE}{next}");
            let status = connection.exchange(&request("GET", &path, Some(token), None)).await?;
            let body: Value = serde_json::from_slice(connection.body())?;
            let cursor = body.pointer("/page/next_cursor").and_then(Value::as_str);
            let cursor = cursor.ok_or_else(|| format!("{status} and no further page after {page}"))?;
            let rows = body.pointer("/data").and_then(Value::as_array).ok_or("a page without rows")?;
            let ids = rows.iter().filter_map(|row| row.get("id")?.as_str());
            depth.ids.extend(ids.take(READ.div_ceil(pages)).map(str::to_owned));
            next.clear();
            write!(next, "&cursor={cursor}")?;
            if page + PLACES >= pages {
                depth.cursors.push(cursor.to_owned());
            }
        }
        depth.ids.truncate(READ);
        Ok(depth)
    }
}

/// The same reads by a client that has the current version.
async fn unchanged(portal: &Portal, reads: &[Vec<u8>]) -> Outcome<Vec<Vec<u8>>> {
    let mut connection = Connection::open(portal.address).await?;
    let mut requests = Vec::with_capacity(reads.len());
    for read in reads {
        connection.exchange(read).await?;
        let head = String::from_utf8_lossy(connection.head()).into_owned();
        let tag =
            head.lines().filter_map(|line| line.split_once(": ")).find(|(name, _)| name.eq_ignore_ascii_case("etag"));
        let tag = tag.ok_or("a contact without a tag")?.1;
        let text = String::from_utf8_lossy(read).replacen("\r\n", &format!("\r\nif-none-match: {tag}\r\n"), 1);
        requests.push(text.into_bytes());
    }
    Ok(requests)
}

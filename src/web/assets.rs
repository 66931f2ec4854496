//! The files that pages load: compiled in, compressed once, each under a name that holds its hash. So a browser keeps them for ever, and
//! a new release brings new names.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};

use crate::error::Error;
use crate::http::ROBOTS;
use crate::http::fixed::Fixed;
use crate::secrets;

/// Name, media type and content of each file.
const FILES: [(&str, &str, &str); 5] = [
    ("portal.css", "text/css; charset=utf-8", include_str!("../../assets/portal.css")),
    ("icon.svg", "image/svg+xml", include_str!("../../assets/icon.svg")),
    ("passkey.js", "text/javascript; charset=utf-8", include_str!("../../assets/passkey.js")),
    ("password.js", "text/javascript; charset=utf-8", include_str!("../../assets/password.js")),
    ("fill-in.js", "text/javascript; charset=utf-8", include_str!("../../assets/fill-in.js")),
];
/// Hexadecimal digits of the hash in a name.
const DIGITS: usize = 16;

/// A file, and where it is.
struct Asset {
    name: &'static str,
    /// Its name with the hash, as in `portal.0123456789abcdef.css`.
    hashed: String,
    body: Fixed,
}

/// All files.
pub struct Assets(Vec<Asset>);

impl Assets {
    /// Compresses the files and computes their names.
    ///
    /// # Errors
    /// Where a file can't be compressed.
    pub fn load() -> Result<Self, Error> {
        let load = |(name, media_type, content): (&'static str, &str, &str)| {
            let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
            let digest = secrets::hex(&secrets::fingerprint(content));
            let hash = digest.get(..DIGITS).unwrap_or(&digest);
            let body = Fixed::new(media_type, content.as_bytes().to_vec())?;
            Ok(Asset { name, hashed: format!("{stem}.{hash}.{extension}"), body })
        };
        FILES.into_iter().map(load).collect::<Result<_, _>>().map(Self)
    }

    /// The address of a file. The name alone where there is no such file, which a test of all templates finds.
    #[must_use]
    pub fn address(&self, name: &str) -> String {
        let hashed = self.0.iter().find(|asset| asset.name == name).map_or(name, |asset| asset.hashed.as_str());
        format!("/assets/{hashed}")
    }

    /// The file under a hashed name.
    ///
    /// # Errors
    /// 404 for every other name.
    pub fn respond(&self, request: &HttpRequest, hashed: &str) -> Result<HttpResponse, Error> {
        let asset = self.0.iter().find(|asset| asset.hashed == hashed).ok_or_else(Error::not_found)?;
        let mut answer = asset.body.respond(request);
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        answer.headers_mut().insert(CACHE_CONTROL, forever);
        answer.headers_mut().insert(ROBOTS, HeaderValue::from_static("all"));
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_the_hash_of_its_file() {
        let assets = Assets::load().unwrap();
        let address = assets.address("portal.css");
        let hash = address.strip_prefix("/assets/portal.").and_then(|rest| rest.strip_suffix(".css")).unwrap();
        assert!(hash.len() == DIGITS && hash.chars().all(|c| c.is_ascii_hexdigit()), "{address}");
    }

    #[test]
    fn a_script_is_small_and_asks_no_other_server() {
        let scripts = FILES.iter().filter(|(_, media_type, _)| media_type.contains("javascript"));
        for (name, _, script) in scripts {
            // One script saves what is typed; the others ask nobody.
            let (most, asks_portal) = if *name == "fill-in.js" { (8_192, true) } else { (2_048, false) };
            assert!(script.len() <= most, "{name}: {} bytes", script.len());
            assert_eq!(script.contains("fetch(form.action + "), asks_portal, "{name}");
            let asks = if asks_portal { "fetch(\"" } else { "fetch(" };
            for asks in [asks, "XMLHttpRequest", "import", "eval(", "innerHTML", "http:", "https:", "localStorage"] {
                assert!(!script.contains(asks), "{name}: {asks}");
            }
        }
    }

    #[test]
    fn the_sheet_asks_for_no_newer_browser_than_we_promise() {
        let sheet = FILES[0].2;
        for newer in [
            "&",
            "light-dark(",
            "color-mix(",
            "oklch(",
            ":has(",
            "popover",
            "field-sizing",
            "text-wrap",
            "@import",
            "url(",
        ] {
            assert!(!sheet.contains(newer), "{newer}");
        }
    }

    /// The declarations of a sheet: properties and values.
    fn declarations(sheet: &str) -> Vec<(&str, &str)> {
        let blocks = sheet.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        let lines = blocks.flat_map(|block| block.split(';')).filter_map(|line| line.split_once(':'));
        lines.map(|(name, value)| (name.trim(), value.trim())).collect()
    }

    #[test]
    fn w45_every_side_of_the_sheet_mirrors() {
        let found = declarations(FILES[0].2);
        assert!(found.contains(&("text-align", "start")) && found.len() > 300, "{} declarations", found.len());
        for (name, value) in found {
            let is_side = name.split('-').any(|part| ["left", "right"].contains(&part)) || name == "float";
            let fixed_size = ["width", "height", "top", "bottom"].contains(&name) || name.ends_with("-width");
            assert!(!is_side && (!fixed_size || name.starts_with("border")), "{name}: {value}");
            let words: Vec<&str> = value.split_whitespace().collect();
            assert!(!words.contains(&"left") && !words.contains(&"right"), "{name}: {value}");
            // Four values name the right side and the left one.
            let has_sides = ["margin", "padding", "inset", "border-width", "border-radius"].contains(&name);
            assert!(!(has_sides && words.len() == 4), "{name}: {value}");
        }
    }
}

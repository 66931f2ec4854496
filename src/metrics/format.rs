//! The two text formats: `OpenMetrics` 1.0.0, which the encoder writes, and Prometheus' own 0.0.4, which is made from
//! it where `Accept` prefers it.
//!
//! The older one names counters and infos with their suffix also where it describes them, and has neither units nor an
//! end.

use std::collections::HashMap;
use std::fmt::Write as _;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `OpenMetrics` 1.0.0.
    Open,
    /// The text format 0.0.4.
    Text,
}

impl Format {
    /// The format that `Accept` prefers; `OpenMetrics` where it does not say.
    #[must_use]
    pub fn of(accept: Option<&str>) -> Self {
        let (mut open, mut text) = (0.0_f32, 0.0_f32);
        for range in accept.unwrap_or_default().split(',') {
            let mut parts = range.split(';').map(str::trim);
            let quality = |parts: std::str::Split<'_, char>| {
                let found = parts.map(str::trim).find_map(|part| part.strip_prefix("q="));
                found.and_then(|quality| quality.parse().ok()).unwrap_or(1.0_f32)
            };
            let best = match parts.next() {
                Some(kind) if kind.eq_ignore_ascii_case("application/openmetrics-text") => &mut open,
                Some(kind) if kind.eq_ignore_ascii_case("text/plain") => &mut text,
                _ => continue,
            };
            *best = best.max(quality(range.split(';')));
        }
        if text > open { Self::Text } else { Self::Open }
    }

    /// The type of its content.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Open => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
        }
    }

    /// The text of an `OpenMetrics` exposition in this format.
    #[must_use]
    pub fn write(self, open: String) -> String {
        match self {
            Self::Open => open,
            Self::Text => older(&open),
        }
    }
}

fn older(open: &str) -> String {
    let kinds: HashMap<&str, &str> =
        open.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect();
    let name_of = |family: &str| match kinds.get(family) {
        Some(&"counter") => format!("{family}_total"),
        Some(&"info") => format!("{family}_info"),
        _ => family.to_owned(),
    };
    let mut text = String::with_capacity(open.len());
    for line in open.lines() {
        let described = line.strip_prefix("# HELP ").map(|rest| ("HELP", rest));
        let described = described.or_else(|| line.strip_prefix("# TYPE ").map(|rest| ("TYPE", rest)));
        let written = match described.and_then(|(word, rest)| Some((word, rest.split_once(' ')?))) {
            Some(("TYPE", (family, kind))) => {
                let kind = match kind {
                    "info" => "gauge",
                    "unknown" => "untyped",
                    kind => kind,
                };
                writeln!(text, "# TYPE {} {kind}", name_of(family))
            }
            Some((word, (family, rest))) => writeln!(text, "# {word} {} {rest}", name_of(family)),
            None if line.starts_with('#') => Ok(()),
            None => writeln!(text, "{line}"),
        };
        // A String takes everything.
        debug_assert!(written.is_ok());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o23_the_format_is_what_accept_prefers_and_openmetrics_otherwise() {
        // What Prometheus 2.42 sends.
        let prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
                          text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        for (accept, format) in [
            (None, Format::Open),
            (Some("*/*"), Format::Open),
            (Some(prometheus), Format::Open),
            (Some("text/plain"), Format::Text),
            (Some("text/plain; version=0.0.4, */*;q=0.1"), Format::Text),
            (Some("application/openmetrics-text;q=0.2, text/plain;q=0.8"), Format::Text),
            (Some("text/html"), Format::Open),
        ] {
            assert_eq!(Format::of(accept), format, "{accept:?}");
        }
    }

    #[test]
    fn o23_the_older_format_describes_counters_by_the_names_of_their_samples() {
        let open = [
            "# HELP portal_answers Answers.",
            "# TYPE portal_answers counter",
            "portal_answers_total{status=\"200\"} 1",
            "# HELP portal_build Build.",
            "# TYPE portal_build info",
            "portal_build_info{version=\"1\"} 1",
            "# HELP portal_wait_seconds Wait.",
            "# TYPE portal_wait_seconds histogram",
            "# UNIT portal_wait_seconds seconds",
            "portal_wait_seconds_sum 1.0",
            "# EOF\n",
        ]
        .join("\n");
        let text = [
            "# HELP portal_answers_total Answers.",
            "# TYPE portal_answers_total counter",
            "portal_answers_total{status=\"200\"} 1",
            "# HELP portal_build_info Build.",
            "# TYPE portal_build_info gauge",
            "portal_build_info{version=\"1\"} 1",
            "# HELP portal_wait_seconds Wait.",
            "# TYPE portal_wait_seconds histogram",
            "portal_wait_seconds_sum 1.0\n",
        ]
        .join("\n");
        assert_eq!(Format::Text.write(open.clone()), text);
        assert_eq!(Format::Open.write(open.clone()), open);
    }
}

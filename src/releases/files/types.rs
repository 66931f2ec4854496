//! Files of releases: what is asked for.

use serde::{Deserialize, Serialize};
use survey_results::writers::chart::By;
use utoipa::ToSchema;

use crate::http::csv::{self, Separator};
use crate::http::xlsx;
use crate::i18n::Language;

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TableFormat {
    /// CSV with this separator.
    Csv(Separator),
    /// A workbook.
    Xlsx,
}

impl TableFormat {
    /// The extension of a file.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv(_) => csv::MEDIA_TYPE,
            Self::Xlsx => xlsx::MEDIA_TYPE,
        }
    }
}

/// A format of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ResultsFormat {
    /// A row for each figure, with labels.
    Table(TableFormat),
    /// SDMX-CSV 2.0, with codes alone.
    Sdmx,
}

/// How figures or answers are written as a file.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ResultsFileQuery {
    /// What stands between the cells of CSV, in the place of what is usual in the reader's language.
    pub separator: Option<Separator>,
    /// The language of the labels; absent: that of the reader.
    pub lang: Option<Language>,
}

crate::text_enum! {
    /// What a chart compares.
    pub enum ChartOf {
        /// The options.
        All = "all",
        /// The regions.
        Region = "region",
    }
}

impl From<ChartOf> for By {
    fn from(of: ChartOf) -> Self {
        match of {
            ChartOf::All => Self::All,
            ChartOf::Region => Self::Region,
        }
    }
}

/// Which chart is asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChartQuery {
    /// `region`; absent: all respondents together.
    pub by: Option<ChartOf>,
    /// The language of the texts; absent: that of the reader.
    pub lang: Option<Language>,
}

/// A file that is made for one reader.
#[derive(Debug)]
pub struct ReleaseFile {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub content: Vec<u8>,
}

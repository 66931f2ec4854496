### Results of surveys: releases, figures of a question, comparisons, answers by name, and the steps of a publication.
menu-results = Results
field-contents = Contents
field-corrects = Corrects an earlier release
field-bands = Options that are counted together by region
th-release = Release
th-for-whom-release = Who may read it
th-contents = Contents
th-as-of = Responses until
th-corrects = Corrects
th-took-part = Took part in the survey
th-option = Answer
th-answers = Count
th-share = Share
th-frame-bounds = If all had answered
th-base = Of these, were asked this question
th-median = Median
th-leading = Most frequent answer
th-own-answer = Your answer
th-own-region = Your region
th-all = All
th-tables = Tables
th-tables-published = Published
th-tables-left-out = Left out
th-figures-shown = Figures shown
th-figures-hidden = Figures hidden
th-hidden-because = Why
th-table-all = All respondents
th-table-region = By region
th-table-pair = Two questions together
th-who-sees = Who sees the answers by name
th-round-of-trend = Responses until
release-audience-public = Everybody
release-audience-members = The community
release-contents-rates = How many took part
release-contents-totals = Figures of all respondents
release-contents-tables = Figures of all respondents, by region, and of two questions together
release-table-all = All respondents
release-table-region = By region
release-table-pair = Two questions together
release-name = { $survey }, { DAY($at, $zone_of_round) }: release no. { $number }
release-number = Release no. { $number }
release-for = { $name } ({ $audience })
release-of-round = Release no. { $number }, { DAY($at, $zone) } ({ $audience })
release-participation = { $n } of { $frame } ({ $percent }%)
release-section = { COUNT($count) ->
        [one] { $section } (1 question)
       *[other] { $section } ({ $count } questions)
    }
link-results = All results
link-back-to-release = Back to the release
link-round-of-results = Round of this survey
link-own-results = Your administration beside its region and all
link-comparison = Members beside partner agencies
link-trend = This question, round by round
link-trends = All questions, round by round
link-results-csv = All figures of this release (CSV)
link-named-answers = Answers by name
link-named-questions = All questions with answers by name
link-question-before = Previous question
link-question-next = Next question
link-release-other = Choose something else

## Lists

page-results = Results of surveys
    .body = What administrations and partner agencies answered, as numbered releases. A release never changes; a mistake is corrected by a later one.
    .public = These results are for everybody. Others are for the community, after the login.
    .community = Results for everybody and for the community.
    .caption = Results of surveys
    .none = No results were published yet.
home-results = New results of surveys

## A release and its questions

release-corrected = A later release corrects this one:
release-rates = This release only tells how many took part.
    .few = Fewer than { $min } have answered, so no figures can be published.
release-views = Other views
release-more = More about this release
release-participation-by-region = How many took part
    .caption = How many took part, by region
    .none = Nobody was asked.
release-files = Files
    .body = Each file has the figures of the whole release. Hidden figures are hidden in the files too.
    .technical = The SHA-256 is that of the JSON file.
release-file-xlsx = Workbook (XLSX)
release-file-csv-comma = CSV, separated by commas
release-file-csv-semicolon = CSV, separated by semicolons
release-file-csv-tab = CSV, separated by tabs
release-file-json = JSON, as it is stored
release-file-sdmx = SDMX-CSV 2.0
results-questions = Questions
results-views = What is shown
results-by-all = All respondents
results-by-region = By region
results-by-question = By the answers to: { $question }
results-hidden = hidden
results-percent = { $percent }%
results-share = { $count } ({ $percent }%)
results-bounds = { $least } to { $most }
results-took-part = { $n } of { $frame }
results-at-least = { $option } or higher
results-together =
    .caption = Several answers counted together
    .none = No answers are counted together.
results-bounds-note = “If all had answered” is the range in which this count would be if those that did not take part had answered too.
release-questions =
    .caption = Questions
    .none = There are no questions.
results-option = { $option }: { $figure }
results-median = Median: { $median }
    .none = not shown
results-no-row = no figures
results-no-figures = There are no figures.
    .at_all = No figures of questions are shown: too few respondents (the minimum is { $min } in each group), or the figures would reveal single answers. The page of each question says why.
results-chart-alt = Chart of the figures in the table below
results-why-hidden = “hidden” stands for a small count, or for one from which a small count could be computed. Nothing tells which of the two it is.
results-banded = By region some answers are counted together, so that more figures can be shown.
results-left-out = { COUNT($count) ->
        [one] 1 further column does not fit here; the files have it.
       *[other] { $count } further columns do not fit here; the files have them.
    }
results-withheld-contents = This release has no such figures.
results-withheld-small = Too few have answered for these figures to be shown.
results-withheld-routed = These figures are not shown: from the number of those who were asked, answers to other questions could be computed.
results-withheld-named = These figures are not shown: some answers are known by name, and the others could be computed.
results-withheld-earlier_release = These figures are not shown: the difference from an earlier release would tell single answers.
results-withheld-kind = Questions of this kind have no such figures.
results-withheld-audit = These figures are not shown: the audit found that a hidden count could be computed from them.

## Comparisons

page-own-results = Results: { $name } beside the others
own-results =
    .body = Your answers stand beside the figures that everybody sees, which count your own answers too. Nothing is computed for this page.
    .nothing = { $name } had not submitted when this release was made.
    .caption = Your answers beside the others
    .none = This release has no questions.
consent-check = If your administration agreed to be named
    .body = Members may see your answers to some questions by name if your administration agrees when it submits. Check beforehand whether the other administrations would still be protected.
    .button = Check the consent
consent-check-safe = All releases of this round would still protect the other administrations if yours agreed to be named.
consent-check-unsafe = If your administration agreed to be named, small counts of others could be computed:
consent-check-table = Release no. { $number }: { $question }
page-comparison = Members beside partner agencies
    .body = Questions about the same thing, where both releases have figures of all respondents.
    .none = No question has figures in both releases.
page-trends = { $survey }: round by round
    .untitled = Results round by round
    .body = Choose a question. Rounds are compared where they ask about the same thing.
    .none = No figures were published yet.
page-trend = Round by round: { $question }
    .body = Of each round the newest release counts. A region is only listed if all of its figures in all rounds are shown.
    .none = No release has figures for this question yet.

## Answers by name

page-named-questions = Answers by name
    .title = Answers by name: { $name }
    .early = Members see answers by name once the tables by region of this round are published and their own deadline has passed.
    .files = The files have the answers to all of these questions. Taking a file is recorded in the audit log.
page-named-answers = By name: { $question }
    .secretariat = The Secretariat reads these answers by name; it does not read those that are only counted.
    .community = These are the answers of administrations that agreed to show them to the community.
named-questions =
    .caption = Questions with answers by name
    .none = The answers to this questionnaire are only counted.
named-answers =
    .caption = Answers by name
    .none = There are no answers that may be shown.
who-sees-community = The community, where the administration agrees
who-sees-secretariat = The Secretariat
microdata-xlsx = All answers by name as a workbook (XLSX)
microdata-csv-comma = All answers by name as CSV, separated by commas
microdata-csv-semicolon = All answers by name as CSV, separated by semicolons

## The steps of a publication

page-releases-of-round = Releases of this round
    .caption = Releases of this round
    .none = Nothing was published of this round yet.
link-release-new = Publish results
page-release-new = Publish results: { $name }
    .body = You first see what would be published, and what is hidden. Nothing is published yet.
    .button = Show the preview
    .lasting = What you see in the preview counts as published and limits later releases.
    .audience = The community: everybody with an active appointment, partner agencies included.
    .contents = Figures by region exist once the round is closed, and are published once in a round.
    .usual = Everything that the round permits
    .none = No
    .specialists = For specialists: answers that are counted together by region (optional)
    .bands = One question on each line: its code, then the codes of neighbouring answers, joined by +. Example: maturity level_1+level_2 level_4+level_5. The first preview with figures by region fixes them for the round.
page-release-preview = Preview of release no. { $number }
    .body = This is what would be published now. Nobody sees the hidden figures, and nobody is told which of them are small.
    .changed = The results have changed since the preview that you saw: responses came in, or another release was published. Nothing was published. This is the new preview.
    .consequence = A release cannot be changed or taken back. What was published once stays known.
    .publish-public = Publish release no. { $number } for everybody
    .publish-members = Publish release no. { $number } for the community
release-moved = { $count ->
        [one] One administration
       *[other] { $count } administrations
    } took part in this round or in the one before, but not in both. Readers who compare the two could conclude what was answered, the more so as others confirm their earlier answers. If you are in doubt, publish the totals alone.
release-preview-tables =
    .caption = What would be published
    .none = This release only tells how many took part.
release-preview-reasons =
    .caption = Why figures are hidden
    .none = No figure is hidden.
    .body = Figures that are repeated from an earlier release are hidden as they were there, and are not in this table.
hidden-because-few_respondents = Too few answered in this group
hidden-because-protects = It is small, or a small figure could be computed from it
release-preview-questions =
    .caption = Questions of which something is hidden or left out
    .none = Nothing is hidden or left out.
    .more = { COUNT($count) ->
            [one] Something is hidden or left out in 1 more question.
           *[other] Something is hidden or left out in { $count } more questions.
        }
release-figures-shown = { $count } shown
release-figures-between = {"; "}
release-hidden-few_respondents = { $count } hidden since too few answered
release-hidden-protects = { $count } hidden to protect small counts
release-hidden-as-before = { $count } hidden as in the earlier release
notice-release-published = Release no. { $number } is published.

## How results are counted and protected

page-help-survey-method = How results of surveys are counted and protected
help-entry-survey-method = What the figures of results mean, which of them are hidden, and which risk remains.
help-survey-method = How many took part in a survey, in all and by region, is part of the results. What an administration answered is not public, unless it agrees. This page explains the figures, and what is done so that they give nobody away.
help-survey-method-counted = What is counted?
    .body = A round asks every administration, or every partner agency, that is active on the day on which it opens. Everybody is asked, so there are no margins of error. A release counts what was submitted at one instant, the newest submission of each administration, and never drafts.
help-survey-method-shares = What are shares and medians of?
    .body = Shares are of those who were asked the question, whether they answered it or not. “If all had answered” says how many of all administrations it could be at least and at most, whatever those would say that did not take part. A median is the answer in the middle; there are no sums and no averages.
help-survey-method-hidden = What is hidden?
    .body = Every count below the minimum cell size of the round, usually 5. Also all counts of a group with fewer respondents than that, or in which all answered the same; zeros beside a hidden count; and further counts, until no small one can be computed from what is shown.
help-survey-method-word = What does “hidden” say?
    .body = All hidden counts look alike: nothing tells which of them is small, which is zero and which protects others. What is hidden in one place is shown in none: not in a chart, in a file, in another table, or as a median.
help-survey-method-regions = What is shown by region?
    .body = A table by region is published once in a round, after the last deadline. An administration that compares itself with its region sees the figures that everybody sees. Two questions are only shown together where the round has said so beforehand, and protected for the answers to both.
help-survey-method-later = What changes in a later release?
    .body = A figure is renewed only where the difference from every earlier release, and from every preview that the Secretariat has seen, gives nobody away. Otherwise the earlier figure stays, with its own date. A mistake is corrected by a new release, which names the one that it corrects.
help-survey-method-several = What if a question allows several answers, or depends on another one?
    .body = A question with several answers is counted as one of yes and no for each answer. A question that only some are asked is shown where one other question decides it and everybody may know how many were asked.
help-survey-method-known = What about answers that are known by name?
    .body = Where administrations agreed to be named, or the directory shows what a member does with a technology, the counts must protect the others from readers who know this.
help-survey-method-remains = Which risk remains?
    .body = A respondent knows their own answer, which narrows a hidden count by at most two; several who share what they know narrow it by two each. Somebody who tries this method on every possible table can exclude some of them: in experiments with small tables this narrowed about one hidden count in five, and found two in a hundred at most. The figures of other years make a hidden count easier to guess. What was once published stays known.
help-survey-method-audit = Who checks this?
    .body = Each release is audited by the program from the very file that is published: for each hidden count it computes all values that are possible. A table with a fault is left out; a release with a fault is not published. The Secretariat sees how many figures are hidden before it publishes, not what they are, and reads answers by name only where the question says so.

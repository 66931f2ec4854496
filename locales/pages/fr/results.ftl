### Résultats des enquêtes : publications, chiffres d’une question, comparaisons, réponses nominatives, étapes d’une publication.
menu-results = Résultats
field-contents = Contenu
field-corrects = Corrige une publication antérieure
field-bands = Réponses comptées ensemble par région
th-release = Publication
th-for-whom-release = Qui peut la lire
th-contents = Contenu
th-as-of = Réponses jusqu’au
th-corrects = Corrige
th-took-part = Participation à l’enquête
th-option = Réponse
th-answers = Effectif
th-share = Part
th-frame-bounds = Si tous avaient répondu
th-base = Dont interrogés sur cette question
th-median = Médiane
th-leading = Réponse la plus fréquente
th-own-answer = Votre réponse
th-own-region = Votre région
th-all = Ensemble
th-tables = Tableaux
th-tables-published = Publiés
th-tables-left-out = Omis
th-figures-shown = Chiffres montrés
th-figures-hidden = Chiffres masqués
th-hidden-because = Motif
th-table-all = Ensemble
th-table-region = Par région
th-table-pair = Deux questions croisées
th-who-sees = Qui voit les réponses nominatives
th-round-of-trend = Réponses jusqu’au
release-audience-public = Tout le monde
release-audience-members = La communauté
release-contents-rates = Nombre de participations
release-contents-totals = Chiffres de l’ensemble
release-contents-tables = Chiffres de l’ensemble, par région, et de deux questions croisées
release-table-all = Ensemble
release-table-region = Par région
release-table-pair = Deux questions croisées
release-name = { $survey }, { DAY($at, $zone_of_round) } : publication n° { $number }
release-number = Publication n° { $number }
release-for = { $name } ({ $audience })
release-of-round = Publication n° { $number }, { DAY($at, $zone) } ({ $audience })
release-participation = { $n } sur { $frame } ({ $percent } %)
release-section = { COUNT($count) ->
        [one] { $section } (1 question)
       *[other] { $section } ({ $count } questions)
    }
link-results = Tous les résultats
link-back-to-release = Retour à la publication
link-round-of-results = Édition de cette enquête
link-own-results = Votre administration à côté de sa région et de l’ensemble
link-comparison = Membres et organismes partenaires
link-trend = Cette question, édition par édition
link-trends = Toutes les questions, édition par édition
link-results-csv = Tous les chiffres de cette publication (CSV)
link-named-answers = Réponses nominatives
link-named-questions = Toutes les questions à réponses nominatives
link-question-before = Question précédente
link-question-next = Question suivante
link-release-other = Faire un autre choix

## Listes

page-results = Résultats des enquêtes
    .body = Les réponses des administrations et des organismes partenaires, en publications numérotées. Une publication ne change jamais ; une erreur est corrigée par une publication ultérieure.
    .public = Ces résultats sont ouverts à tous. D’autres sont réservés à la communauté, après la connexion.
    .community = Les résultats ouverts à tous et ceux de la communauté.
    .caption = Résultats des enquêtes
    .none = Aucun résultat n’a encore été publié.
home-results = Nouveaux résultats d’enquêtes

## Une publication et ses questions

release-corrected = Une publication ultérieure corrige celle-ci :
release-rates = Cette publication indique seulement le nombre de participations.
    .few = Moins de { $min } ont répondu : aucun chiffre ne peut être publié.
release-views = Autres vues
release-more = En savoir plus sur cette publication
release-participation-by-region = Participation
    .caption = Participation par région
    .none = Aucune administration n’a été interrogée.
release-files = Fichiers
    .body = Chaque fichier contient les chiffres de toute la publication. Les chiffres masqués le sont aussi dans les fichiers.
    .technical = L’empreinte SHA-256 est celle du fichier JSON.
release-file-xlsx = Classeur (XLSX)
release-file-csv-comma = CSV, séparé par des virgules
release-file-csv-semicolon = CSV, séparé par des points-virgules
release-file-csv-tab = CSV, séparé par des tabulations
release-file-json = JSON, tel qu’il est enregistré
release-file-sdmx = SDMX-CSV 2.0
results-questions = Questions
results-views = Ce qui est montré
results-by-all = Ensemble
results-by-region = Par région
results-by-question = Selon les réponses à : { $question }
results-hidden = masqué
results-percent = { $percent } %
results-share = { $count } ({ $percent } %)
results-bounds = { $least } à { $most }
results-took-part = { $n } sur { $frame }
results-at-least = { $option } ou plus
results-together =
    .caption = Plusieurs réponses comptées ensemble
    .none = Aucune réponse n’est comptée avec d’autres.
results-bounds-note = « Si tous avaient répondu » est l’intervalle dans lequel se trouverait cet effectif si les non-participants avaient répondu aussi.
release-questions =
    .caption = Questions
    .none = Il n’y a pas de questions.
results-option = { $option } : { $figure }
results-median = Médiane : { $median }
    .none = non affichée
results-no-row = aucun chiffre
results-no-figures = Il n’y a aucun chiffre.
    .at_all = Aucun chiffre des questions n’est montré : trop peu de répondants (le minimum est de { $min } par groupe), ou les chiffres révéleraient des réponses. La page de chaque question en dit la raison.
results-chart-alt = Graphique des chiffres du tableau ci-dessous
results-why-hidden = « masqué » remplace un petit effectif, ou un effectif qui permettrait d’en calculer un petit. Rien n’indique lequel des deux.
results-banded = Par région, certaines réponses sont comptées ensemble, pour que davantage de chiffres puissent être montrés.
results-left-out = { COUNT($count) ->
        [one] 1 colonne supplémentaire ne tient pas ici ; les fichiers la contiennent.
       *[other] { $count } colonnes supplémentaires ne tiennent pas ici ; les fichiers les contiennent.
    }
results-withheld-contents = Cette publication ne contient pas ces chiffres.
results-withheld-small = Les réponses sont trop peu nombreuses pour que ces chiffres soient montrés.
results-withheld-routed = Ces chiffres ne sont pas montrés : le nombre de réponses attendues permettrait de calculer des réponses à d’autres questions.
results-withheld-named = Ces chiffres ne sont pas montrés : certaines réponses sont nominatives, et les autres pourraient être calculées.
results-withheld-earlier_release = Ces chiffres ne sont pas montrés : l’écart avec une publication antérieure révélerait des réponses isolées.
results-withheld-kind = Les questions de ce type n’ont pas ces chiffres.
results-withheld-audit = Ces chiffres ne sont pas montrés : le contrôle a établi qu’un effectif masqué pourrait en être calculé.

## Comparaisons

page-own-results = Résultats : { $name } à côté des autres
own-results =
    .body = Vos réponses figurent à côté des chiffres que tout le monde voit, et qui comptent aussi les vôtres. Rien n’est calculé pour cette page.
    .nothing = { $name } n’avait pas transmis sa réponse lors de cette publication.
    .caption = Vos réponses à côté des autres
    .none = Cette publication ne contient aucune question.
consent-check = Si votre administration acceptait d’être nommée
    .body = Les Membres peuvent voir vos réponses nominatives à certaines questions, si votre administration l’accepte en transmettant sa réponse. Vérifiez au préalable si les autres administrations resteraient protégées.
    .button = Vérifier l’accord
consent-check-safe = Toutes les publications de cette édition protégeraient encore les autres administrations si la vôtre acceptait d’être nommée.
consent-check-unsafe = Si votre administration acceptait d’être nommée, de petits effectifs d’autres administrations pourraient être calculés :
consent-check-table = Publication n° { $number } : { $question }
page-comparison = Membres et organismes partenaires
    .body = Les questions sur le même sujet, lorsque les deux publications contiennent les chiffres de l’ensemble.
    .none = Aucune question n’a de chiffres dans les deux publications.
page-trends = { $survey } : édition par édition
    .untitled = Résultats édition par édition
    .body = Choisissez une question. Les éditions sont comparées lorsqu’elles posent une question sur le même sujet.
    .none = Aucun chiffre n’a encore été publié.
page-trend = Édition par édition : { $question }
    .body = La dernière publication de chaque édition compte. Une région ne figure ici que si tous ses chiffres de toutes les éditions sont montrés.
    .none = Aucune publication n’a encore de chiffres pour cette question.

## Réponses nominatives

page-named-questions = Réponses nominatives
    .title = Réponses nominatives : { $name }
    .early = Les Membres voient les réponses nominatives une fois les tableaux par région de cette édition publiés et leur propre date limite passée.
    .files = Les fichiers contiennent les réponses à toutes ces questions. Chaque téléchargement est inscrit au journal d’audit.
page-named-answers = Réponses nominatives : { $question }
    .secretariat = Le Secrétariat lit ces réponses nominatives ; il ne lit pas celles qui sont seulement comptées.
    .community = Ce sont les réponses des administrations qui ont accepté de les montrer à la communauté.
named-questions =
    .caption = Questions à réponses nominatives
    .none = Les réponses à ce questionnaire sont seulement comptées.
named-answers =
    .caption = Réponses nominatives
    .none = Aucune réponse ne peut être montrée.
who-sees-community = La communauté, si l’administration l’accepte
who-sees-secretariat = Le Secrétariat
microdata-xlsx = Toutes les réponses nominatives en classeur (XLSX)
microdata-csv-comma = Toutes les réponses nominatives en CSV, séparé par des virgules
microdata-csv-semicolon = Toutes les réponses nominatives en CSV, séparé par des points-virgules

## Les étapes d’une publication

page-releases-of-round = Publications de cette édition
    .caption = Publications de cette édition
    .none = Rien n’a encore été publié de cette édition.
link-release-new = Publier des résultats
page-release-new = Publier des résultats : { $name }
    .body = Vous voyez d’abord ce qui serait publié et ce qui est masqué. Rien n’est encore publié.
    .button = Afficher l’aperçu
    .lasting = Ce que vous voyez dans l’aperçu compte comme publié et limite les publications ultérieures.
    .audience = La communauté : toutes les personnes dont le mandat est actif, y compris celles des organismes partenaires.
    .contents = Les chiffres par région existent une fois l’édition close, et sont publiés une seule fois par édition.
    .usual = Tout ce que l’édition permet
    .none = Non
    .specialists = Pour les spécialistes : réponses comptées ensemble par région (facultatif)
    .bands = Une question par ligne : son code, puis les codes de réponses voisines, reliés par +. Exemple : maturity level_1+level_2 level_4+level_5. Le premier aperçu avec des chiffres par région les fixe pour l’édition.
page-release-preview = Aperçu de la publication n° { $number }
    .body = Voici ce qui serait publié maintenant. Personne ne voit les chiffres masqués, ni n’apprend lesquels sont petits.
    .changed = Les résultats ont changé depuis l’aperçu que vous avez vu : des réponses ont été transmises, ou une autre publication a eu lieu. Rien n’a été publié. Voici le nouvel aperçu.
    .consequence = Une publication ne peut être ni modifiée ni retirée. Ce qui a été publié une fois reste connu.
    .publish-public = Publier la publication n° { $number } pour tout le monde
    .publish-members = Publier la publication n° { $number } pour la communauté
release-moved = { $count ->
        [one] Une administration a participé
       *[other] { $count } administrations ont participé
    } à cette édition ou à la précédente, mais pas aux deux. En comparant les deux, un lecteur pourrait en déduire les réponses, d’autant que d’autres confirment leurs réponses antérieures. En cas de doute, publiez seulement les totaux.
release-preview-tables =
    .caption = Ce qui serait publié
    .none = Cette publication indique seulement le nombre de participations.
release-preview-reasons =
    .caption = Motifs du masquage
    .none = Aucun chiffre n’est masqué.
    .body = Les chiffres repris d’une publication antérieure sont masqués comme ils l’étaient, et ne figurent pas dans ce tableau.
hidden-because-few_respondents = Trop peu de réponses dans ce groupe
hidden-because-protects = L’effectif est petit, ou un petit effectif pourrait en être calculé
release-preview-questions =
    .caption = Questions dont une partie est masquée ou omise
    .none = Rien n’est masqué ni omis.
    .more = { COUNT($count) ->
            [one] Une partie est masquée ou omise dans 1 autre question.
           *[other] Une partie est masquée ou omise dans { $count } autres questions.
        }
release-figures-shown = montrés : { $count }
release-figures-between = {" ; "}
release-hidden-few_respondents = masqués, trop peu de réponses : { $count }
release-hidden-protects = masqués pour protéger de petits effectifs : { $count }
release-hidden-as-before = masqués comme dans la publication antérieure : { $count }
notice-release-published = La publication n° { $number } est en ligne.

## Comment les résultats sont comptés et protégés

page-help-survey-method = Comment les résultats des enquêtes sont comptés et protégés
help-entry-survey-method = Ce que signifient les chiffres des résultats, lesquels sont masqués, et quel risque subsiste.
help-survey-method = Le nombre de participations, au total et par région, fait partie des résultats. La réponse d’une administration n’est pas publique, sauf si celle-ci l’accepte. Cette page explique les chiffres, et ce qui est fait pour qu’ils ne trahissent aucune administration.
help-survey-method-counted = Qu’est-ce qui est compté ?
    .body = Une édition interroge toutes les administrations, ou tous les organismes partenaires, en activité le jour de son ouverture. Tous sont interrogés ; il n’y a donc pas de marge d’erreur. Une publication compte ce qui est transmis à un instant donné, la dernière transmission de chaque administration, et jamais les brouillons.
help-survey-method-shares = De quoi les parts et les médianes sont-elles calculées ?
    .body = Les parts se rapportent à ceux à qui la question a été posée, qu’ils y aient répondu ou non. « Si tous avaient répondu » indique combien d’administrations cela pourrait faire au moins et au plus, quelle que soit la réponse de celles qui n’ont pas participé. La médiane est la réponse du milieu ; il n’y a ni somme ni moyenne.
help-survey-method-hidden = Qu’est-ce qui est masqué ?
    .body = Tout effectif inférieur à l’effectif minimal de l’édition, en général 5. De même tous les effectifs d’un groupe qui compte moins de réponses que cela, ou qui a donné une seule et même réponse ; les effectifs nuls à côté d’un effectif masqué ; et d’autres effectifs, jusqu’à ce qu’aucun petit effectif ne puisse être calculé à partir de ce qui est montré.
help-survey-method-word = Que signifie « masqué » ?
    .body = Tous les effectifs masqués se ressemblent : rien n’indique lequel est petit, lequel est nul et lequel en protège d’autres. Ce qui est masqué à un endroit n’est montré nulle part : ni dans un graphique, ni dans un fichier, ni dans un autre tableau, ni comme médiane.
help-survey-method-regions = Qu’est-ce qui est montré par région ?
    .body = Un tableau par région est publié une seule fois par édition, après la dernière date limite. Une administration qui se compare à sa région voit les chiffres que tout le monde voit. Deux questions ne sont croisées que si l’édition l’a annoncé d’avance, et protégées pour les réponses à l’une et à l’autre.
help-survey-method-later = Qu’est-ce qui change dans une publication ultérieure ?
    .body = Un chiffre n’est renouvelé que si l’écart avec chaque publication antérieure, et avec chaque aperçu que le Secrétariat a vu, ne trahit aucune administration. Sinon, le chiffre antérieur reste, avec sa propre date. Une erreur est corrigée par une nouvelle publication, qui nomme celle qu’elle corrige.
help-survey-method-several = Et si une question admet plusieurs réponses, ou dépend d’une autre ?
    .body = Une question à plusieurs réponses est comptée par oui et non pour chaque réponse. Une question qui n’est posée qu’à certains est montrée lorsqu’une seule autre question en décide et que tout le monde peut savoir à combien elle a été posée.
help-survey-method-known = Qu’en est-il des réponses nominatives ?
    .body = Lorsque des administrations ont accepté d’être nommées, ou que l’annuaire montre ce qu’un Membre fait d’une technologie, les effectifs doivent protéger les autres des lecteurs qui le savent.
help-survey-method-remains = Quel risque subsiste ?
    .body = Une administration répondante connaît sa propre réponse, ce qui resserre un effectif masqué de deux au plus ; plusieurs qui mettent en commun ce qu’elles savent le resserrent de deux chacune. En essayant cette méthode sur tous les tableaux possibles, on peut en exclure certains : dans des expériences sur de petits tableaux, environ un effectif masqué sur cinq en a été resserré, et deux sur cent au plus ont été trouvés. Les chiffres d’autres années rendent un effectif masqué plus facile à deviner. Ce qui a été publié une fois reste connu.
help-survey-method-audit = Qui contrôle cela ?
    .body = Le programme contrôle chaque publication à partir du fichier même qui est publié : pour chaque effectif masqué, il calcule toutes les valeurs possibles. Un tableau fautif est omis ; une publication fautive n’est pas faite. Le Secrétariat voit avant la publication combien de chiffres sont masqués, non ce qu’ils sont, et ne lit les réponses nominatives que si la question le prévoit.

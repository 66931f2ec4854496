### Enquêtes : liste, versions d’un questionnaire, importations, publication.

field-survey = Code de l’enquête
field-audience = Qui est interrogé
field-paired_with = Enquête associée
field-with_faults = Erreurs
field-replace = Brouillon
th-survey = Enquête
th-survey-code = Code
th-audience = Qui est interrogé
th-twin = Associée à l’enquête des
th-published-version = Version publiée
th-draft-version = Brouillon
th-version = Version
th-changed = Modifiée le
th-published = Publiée le
th-sha256 = Empreinte (SHA-256)
th-questions = Questions
th-sections = Rubriques
th-questionnaire = Questionnaire
th-texts-in = Langues
th-section = Rubrique
th-question-code = Code
th-show-if = Affichée si
th-faults = Erreurs
th-place = Endroit
th-fault = Erreur
th-word = À propos de
th-nearest = Peut-être voulu
th-kind = Type
th-bounds = Limites
th-required = Obligatoire
th-constraint = Condition à respecter
th-concept = Notion
th-sensitivity = Qui voit les réponses
th-sheet = Feuille
th-note = Ce qui a été ignoré
th-plan-until = Utilisable jusqu’au
audience-of-survey-member = Administrations membres
audience-of-survey-partner = Organismes partenaires
version-state-draft = Brouillon
version-state-published = Publiée
survey-version = Version { $number }
survey-version-none = Aucune
survey-draft-none = Aucun
page-surveys = Enquêtes
    .body = Chaque enquête a un questionnaire en versions numérotées. Une version publiée ne change plus.
    .caption = Enquêtes
    .none = Il n’y a pas encore d’enquête.
link-surveys = Toutes les enquêtes
link-survey-new = Nouvelle enquête
survey-new = Nouvelle enquête
    .body = Une enquête commence sans questionnaire. L’étape suivante est de l’importer à partir d’un fichier.
    .button = Créer l’enquête
    .code = Une lettre, puis des lettres, des chiffres, des traits d’union et des tirets bas. Il ne pourra plus être modifié.
    .twin = Une enquête auprès de l’autre public qui porte sur les mêmes notions, afin de comparer les résultats des deux.
    .alone = Aucune
survey-title-in = Titre ({ $language })
notice-survey-made = L’enquête est créée. Importez maintenant son questionnaire.
survey-versions =
    .caption = Versions du questionnaire
    .none = Il n’y a pas encore de version.
link-back-to-survey = Retour à l’enquête
link-back-to-version = Retour à la version
link-survey-import = Importer un questionnaire
link-survey-replace = Importer un autre questionnaire à sa place
link-survey-faults = Voir les erreurs
link-survey-xlsx = Télécharger le classeur (XLSForm)
link-survey-json = Télécharger en JSON
link-codebook-xlsx = Livre de codes en classeur
link-codebook-csv = Livre de codes en tableau (CSV)
link-codebook-xml = Livre de codes pour les archives (DDI)
link-codebook-json = Livre de codes en JSON
survey-texts = Langue du questionnaire
survey-whole = L’ensemble du questionnaire
survey-altered = Les options ou les règles de ces questions diffèrent de la version précédente. Les chiffres des deux versions ne sont pas comparables :
survey-sections =
    .caption = Rubriques
    .none = Il n’y a pas de rubrique.
survey-faults =
    .body = Un brouillon qui comporte des erreurs est conservé, mais ne peut pas être publié. Corrigez-les dans le fichier et importez-le de nouveau.
    .caption = Erreurs
    .none = Il n’y a pas d’erreur.
link-section-next = Rubrique suivante
link-section-before = Rubrique précédente
survey-preview = Aperçu
    .body = Voici la rubrique telle que la voient les administrations répondantes. Rien n’est enregistré ; ce que vous saisissez est conservé tant que vous restez dans l’aperçu.
    .not-asked = Avec ces réponses, cette rubrique n’est pas demandée.
    .next = Rubrique suivante
    .again = Montrer ce qui découle de ces réponses
    .before = Rubrique précédente
survey-preview-section = Rubrique { $number } sur { $count }
link-survey-preview = Aperçu comme administration répondante
outline-none = Cette rubrique est vide.
outline-note = Note
outline-group = Groupe de questions
outline-rows = Lignes :
outline-options = Options :
outline-required = Oui
outline-least = au moins { $least }
outline-most = au plus { $most }
outline-characters = { COUNT($most) ->
        [0] aucun caractère
        [one] 1 caractère
       *[other] { $most } caractères
    }
answer-single = Une option
answer-multiple = Plusieurs options
answer-scale = Un niveau d’une échelle
answer-matrix = Une réponse pour chaque ligne
answer-integer = Nombre entier
answer-decimal = Nombre
answer-range = Nombre par paliers
answer-text = Texte
answer-long-text = Texte de plusieurs lignes
answer-date = Date
answer-file = Fichier
answer-acknowledgement = Prise de connaissance
sensitivity-aggregate = Personne : elles sont seulement comptées
sensitivity-community = La communauté, si l’administration y consent
sensitivity-secretariat = Le Secrétariat
questionnaire-member-languages = langues
questionnaire-member-title = titre
questionnaire-member-label = texte
questionnaire-member-text = texte
questionnaire-member-hint = aide
questionnaire-member-code = code
questionnaire-member-show_if = affichée si
questionnaire-member-constraint = condition à respecter
questionnaire-member-rule = règle
questionnaire-member-message = message
questionnaire-member-concept = notion
questionnaire-member-unit = unité
questionnaire-member-least = valeur minimale
questionnaire-member-most = valeur maximale
questionnaire-member-start = début
questionnaire-member-end = fin
questionnaire-member-step = palier
questionnaire-member-most_characters = nombre maximal de caractères

## Importations

survey-import = Importer un questionnaire : { $name }
    .body = Choisissez un classeur au format XLSForm ou un questionnaire en JSON. Une version téléchargée ici peut être modifiée et importée de nouveau.
    .nothing = Rien n’est encore enregistré : vous voyez d’abord ce qui a été lu et tout ce qui est erroné ou non pris en charge, avec son emplacement dans le fichier.
    .button = Vérifier le fichier
survey-import-hint = Un classeur (XLSX) de { SIZE($workbook) } au maximum, ou un fichier JSON de { SIZE($json) } au maximum.
page-survey-plan = Ce qui a été lu dans le fichier : { $name }
survey-plan-good = Le fichier ne comporte pas d’erreur. L’enquête reste inchangée tant que vous n’avez pas fait de ce questionnaire le brouillon.
survey-plan-faulty = Le fichier comporte des erreurs. Vous pouvez les corriger dans le fichier et l’importer de nouveau, ou créer un brouillon auquel il manque ce qui n’a pas pu être lu.
survey-plan-unreadable = Aucun questionnaire n’a pu être lu dans le fichier. Veuillez le corriger et l’importer de nouveau.
survey-plan-found = Ce qui a été trouvé dans le fichier
survey-plan-faults = Erreurs ({ $count })
    .caption = Erreurs du fichier
    .none = Il n’y a pas d’erreur.
survey-plan-notes = Ignoré ({ $count })
    .caption = Ce qui a été ignoré et ne change aucune réponse
    .none = Rien n’a été ignoré.
survey-another-file = Importer un autre fichier
link-back-to-plan = Retour à ce qui a été lu
survey-commit = Enregistrer comme brouillon : { $name }
    .body = Le questionnaire lu devient le brouillon de l’enquête. Personne n’est interrogé tant qu’une version n’est pas publiée et qu’une édition n’est pas ouverte.
    .button = Enregistrer comme brouillon
    .faults = { COUNT($count) ->
        [0] Accepter les erreurs
        [one] Accepter 1 erreur : il manque au brouillon ce qui n’a pas pu être lu
       *[other] Accepter { $count } erreurs : il manque au brouillon ce qui n’a pas pu être lu
    }
    .replace = Remplacer le brouillon (version { $number }) : son questionnaire actuel est perdu
notice-survey-committed = Le questionnaire est enregistré comme brouillon.

## Publication

survey-publish = Publier la version { $name }
    .body = Une version publiée ne peut plus être modifiée ni retirée, et chaque personne du public visé peut la lire. Elle est désignée par son empreinte. Toute modification exige une nouvelle version.
    .button = Publier la version
    .published = Cette version est déjà publiée.
    .faults = { COUNT($count) ->
        [0] Ce brouillon comporte des erreurs.
        [one] Ce brouillon comporte 1 erreur. Il pourra être publié une fois qu’elle sera corrigée.
       *[other] Ce brouillon comporte { $count } erreurs. Il pourra être publié une fois qu’elles seront corrigées.
    }
notice-survey-published = La version { $number } est publiée.

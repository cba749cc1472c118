/** Toate textele paginii, în română. */
import type { en } from "./en";

/** „1 față”, „2 fețe”, „20 de fețe”. */
const some = (count: number, one: string, many: string) => {
  if (count === 1) {
    return `${count} ${one}`;
  }
  const rest = count % 100;
  return count === 0 || (rest > 0 && rest < 20) ? `${count} ${many}` : `${count} de ${many}`;
};
const NONE = "niciuna";
/** „nu găsește niciuna”. */
const not = (count: string) => (count === NONE ? "nu " : "");
const face = (number: number) => `Fața ${number}`;

/** Titlurile, limitele și condițiile modelelor livrate, pe care serverul le spune în engleză. */
const served: Readonly<Record<string, string>> = {
  "EfficientNet-Lite0, 5 sources": "EfficientNet-Lite0, 5 surse",
  "EfficientNet-Lite0, real or generated": "EfficientNet-Lite0, fotografiat sau generat",
  "Ensemble of efficientnet, tracenet, vit": "Ansamblu de efficientnet, tracenet și vit",
  "ResNet50, 5 sources": "ResNet50, 5 surse",
  "TraceNet, 5 sources": "TraceNet, 5 surse",
  "Vision Transformer B/16 (CLIP), six blocks, 5 sources":
    "Vision Transformer B/16 (CLIP), șase blocuri, 5 surse",
  "It finds few faces of generators that it does not know. A verdict of real means that no trace of those it knows was found, not that the picture is a photograph.":
    "Găsește puține fețe ale generatoarelor pe care nu le cunoaște. Verdictul „niciun semn de " +
    "generare” spune că nu s-a găsit nicio urmă a celor pe care le cunoaște, nu că imaginea este o " +
    "fotografie.",
  "Face swaps and retouching: it was not trained on any.":
    "Fețe înlocuite și retușuri: nu a învățat din niciuna.",
  "Pictures that were shrunk or compressed hard: traces are lost, and with them certainty.":
    "Imagini micșorate sau comprimate mult: se pierd urme și, odată cu ele, siguranța.",
  "Faces that are turned away, covered, very small, drawn or painted.":
    "Fețe întoarse, acoperite, foarte mici, desenate sau pictate.",
  "Photographs from other sources than CelebA, FFHQ and MEBeauty: it was not measured on any.":
    "Fotografii din alte surse decât CelebA, FFHQ și MEBeauty: nu a fost măsurat pe niciuna.",
  "CelebA and FFHQ show some ages, skins and kinds of light far more often than others; how the rate of false alarms differs between groups of people has not been measured.":
    "CelebA și FFHQ arată unele vârste, culori de piele și feluri de lumină mult mai des decât " +
    "altele; nu s-a măsurat cum diferă rata alarmelor false între grupuri de oameni.",
  "Someone who knows it can make a picture that passes.":
    "Cine îl cunoaște poate face o imagine care trece de el.",
  "The training pictures came under terms that allow research and other non-commercial use only (CelebA, FFHQ: CC BY-NC-SA 4.0, MEBeauty) or with no licence stated. Whether a model trained on them may be used commercially is not settled; take it for research and non-commercial use.":
    "Imaginile din care a învățat au condiții care permit numai cercetarea și alte folosiri " +
    "necomerciale (CelebA, FFHQ: CC BY-NC-SA 4.0, MEBeauty) sau nu au o licență declarată. Nu este " +
    "lămurit dacă un model care a învățat din ele poate fi folosit comercial; folosiți-l pentru " +
    "cercetare și în scopuri necomerciale.",
};

export const ro: typeof en = {
  locale: "ro-RO",
  language: "Română",
  served,

  shell: {
    name: "Unmask",
    tagline: "Încă o privire asupra fețelor din imagini",
    footer:
      "Imaginea ajunge la serverul care găzduiește această pagină și este verificată acolo. Dacă " +
      "nu o salvați, este ștearsă în cel mult 15 minute.",
    skip: "Salt la conținut",
    navigation: "Pagini",
    pages: {
      check: "Verificare",
      history: "Istoric",
      entry: "O verificare salvată",
      models: "Modele",
      how: "Cum funcționează",
      limits: "Limite",
      missing: "Nu e nimic aici",
    },
    chooseLanguage: "Limba",
    theme: { toDark: "Pagină întunecată", toLight: "Pagină luminoasă" },
    loading: "Se încarcă…",
    missing: {
      what: "La această adresă nu există nicio pagină.",
      back: "Mergeți la verificare",
    },
    broken: {
      title: "Această parte a paginii nu a putut fi încărcată",
      advice: "Poate că serverul a fost actualizat între timp. Reîncărcați pagina.",
      reload: "Reîncarcă",
    },
    token: {
      title: "Acest server cere o cheie de acces",
      what:
        "Cine administrează serverul creează chei cu „unmask token create”. A dumneavoastră este " +
        "păstrată până închideți această filă și este trimisă numai acestui server.",
      wrong: "Serverul nu a acceptat această cheie.",
      label: "Cheie de acces",
      use: "Folosește cheia",
      cancel: "Renunță",
    },
    over: (value) => `peste ${value}`,
    under: (value) => `sub ${value}`,
  },

  check: {
    headline: "Fața aceasta a fost fotografiată sau generată?",
    lead:
      "Dați-i lui Unmask un portret. Găsește fețele, spune cât de probabil este ca fiecare să " +
      "provină dintr-un generator de imagini și din care anume, și arată unde s-a uitat.",
    choose: {
      first: "Alegeți imagini",
      another: "Verificați altă imagine",
      hint: "sau trageți-le oriunde pe această pagină, ori lipiți una",
      accepted: "JPEG, PNG, HEIC, WebP, AVIF, TIFF, GIF sau BMP",
      drop: "Dați drumul pentru verificare",
      input: "Fișiere cu imagini",
      noFile:
        "Acela nu era un fișier cu o imagine. Dacă provine dintr-o pagină web, salvați întâi " +
        "imaginea, apoi trageți sau alegeți fișierul.",
      nothingToPaste: "Nu există nicio imagine de lipit. Copiați întâi o imagine, nu adresa ei.",
    },
    camera: {
      open: "Faceți o fotografie",
      title: "Faceți o fotografie",
      hint:
        "Priviți spre cameră, într-o lumină uniformă. Fotografia ajunge la server abia când o " +
        "faceți.",
      starting:
        "Se așteaptă camera… Browserul poate întreba dacă această pagină are voie s-o folosească.",
      shutter: "Fotografiază",
      other: "Altă cameră",
      cancel: "Renunță",
      preview: "Ce vede camera",
      file: "fotografie",
      failures: {
        none: "Aici nu există nicio cameră. Alegeți în schimb un fișier cu o imagine.",
        refused:
          "Browserul nu îi permite acestei pagini să folosească camera. Permiteți-i în setările " +
          "browserului pentru această pagină sau alegeți un fișier cu o imagine.",
        taken: "Alt program folosește camera. Închideți-l, apoi încercați din nou.",
        insecure:
          "Browserele dau acces la cameră numai paginilor deschise prin https sau pe chiar acest " +
          "calculator. Alegeți în schimb un fișier cu o imagine.",
        other: "Camera nu a pornit. Alegeți în schimb un fișier cu o imagine.",
      },
    },
    samples: {
      title: "Nu aveți o imagine la îndemână? Încercați una dintre acestea",
      names: {
        astronaut: "O astronaută",
        "two-faces": "Două fețe",
        "generated-1": "Un portret",
        "generated-2": "Alt portret",
      },
      credits: {
        nasa: "Fotografie NASA, domeniu public",
        ours: "Făcută de un generator, MobileStyleGAN: fața nimănui",
      },
      missing:
        "Acest exemplu nu a putut fi încărcat. Verificați conexiunea, apoi încercați din nou.",
    },
    model: {
      label: "Model",
    },
    busy: {
      finding: "Se caută fețe…",
      findingWhat: "Întâi Unmask se uită dacă există o față care poate fi judecată.",
      judging: "Se examinează fețele…",
      judgingWhat:
        "În fiecare față se caută urmele pe care le lasă generatoarele, apoi fața este judecată " +
        "din nou în copii recomprimate, micșorate și deplasate, ca să se vadă dacă verdictul " +
        "rezistă.",
      found: (faces, usable) =>
        faces === 0
          ? "Nu s-a găsit nicio față."
          : usable === faces
            ? `S-a găsit: ${some(faces, "față", "fețe")}.`
            : `S-a găsit: ${some(faces, "față", "fețe")}; pot fi judecate: ${usable}.`,
      noneUsable: "Niciuna nu poate fi judecată; se citește numai fișierul însuși.",
      steps: "Pași",
      step: { finding: "Găsirea fețelor", judging: "Judecarea lor" },
      wait: (seconds) =>
        `Serverul este ocupat. Se încearcă din nou peste ${some(seconds, "secundă", "secunde")}.`,
      cancel: "Anulează",
      cancelled: "Verificarea a fost anulată.",
    },
    queue: {
      title: "Imaginile acestei vizite",
      progress: (done, all) => `${done} din ${all} verificate`,
      cancelAll: "Anulează ce a rămas",
      clear: "Golește lista",
      cleared: "Lista a fost golită.",
      added: (count) =>
        count === 1
          ? "A fost adăugată 1 imagine."
          : `Au fost adăugate ${some(count, "imagine", "imagini")}.`,
      tooMany: (taken, most) => {
        const said =
          taken === 0
            ? "Nu a fost luată nicio imagine"
            : taken === 1
              ? "A fost luată numai o imagine"
              : `Au fost luate numai ${some(taken, "imagine", "imagini")}`;
        return (
          `${said}: lista cuprinde cel mult ${some(most, "imagine", "imagini")}. Goliți-o sau ` +
          "scoateți din ele, ca să se facă loc."
        );
      },
      remove: (name) => `Scoate ${name} din listă`,
      states: {
        waiting: "în așteptare",
        busy: "se verifică",
        failed: "nu a reușit",
        cancelled: "anulată",
      },
      checkNow: "Verifică acum",
      waiting: "Această imagine își așteaptă rândul.",
      stopped: "Această imagine nu a fost verificată: a fost anulată.",
    },
    failed: {
      again: "Încearcă din nou",
      says: "Serverul spune (în engleză): ",
    },
    reading: {
      title: "Cele trei răspunsuri",
      generated: "Fața poartă urmele unui generator pe care modelul îl cunoaște.",
      unsure: "Există ceva, dar prea puțin pentru o hotărâre. Luați-o drept lipsă de răspuns.",
      real: "Nicio urmă a unui generator cunoscut. Nu dovedește că e o fotografie.",
    },
  },

  result: {
    verdict: {
      generated: "Probabil generată",
      unsure: "Nu se poate spune",
      real: "Niciun semn de generare",
      not_applicable: "Nu a putut fi judecată",
    },
    conclusion: {
      record_settles_generated: "Făcută cu IA generativă, după înregistrarea ei semnată",
      generated_by_pixels_and_file: "Probabil generată: pixelii și fișierul spun la fel",
      file_says_generated_pixels_do_not:
        "Generată, după cum spune ea însăși; pixelii nu arată semne",
      file_says_generated: "Generată, după cum spune ea însăși",
      file_suspects_generated: "Posibil generată, după propria etichetă",
      generated_against_capture_record:
        "Pare generată, deși înregistrarea vorbește de un aparat foto",
      capture_record_and_no_trace: "Niciun semn de generare, și înregistrarea unui aparat foto",
      capture_record: "Făcută cu un aparat foto, după cum spune ea însăși",
    },
    meaning: {
      generated:
        "Această față poartă urme pe care modelul le cunoaște de la generatoarele de fețe.",
      unsure: "Modelul vede ceva, dar prea puțin pentru o hotărâre.",
      real:
        "Modelul nu a găsit nicio urmă a generatoarelor pe care le cunoaște. Asta nu dovedește că " +
        "e o fotografie: un generator pe care nu îl cunoaște sau o față înlocuită pot arăta exact " +
        "așa.",
      notSteady: "Verdictul nu rezistă: copii ale acestei imagini care arată la fel primesc altul.",
    },
    noAnswer:
      "Luați-o drept lipsă de răspuns: căutați originea imaginii sau încercați o copie mai mare a ei.",
    closest: (name, what) =>
      what
        ? `Seamănă cel mai mult cu cele lăsate de ${name}: ${what}.`
        : `Seamănă cel mai mult cu cele lăsate de ${name}.`,

    summary: {
      kicker: "Imaginea",
      facesAlone: "Numai după fețe",
      noFace: "Nu s-a găsit nicio față",
      noFaceWhat: "Aici nu este nimic ce Unmask ar putea judeca. Judecă numai fețe omenești.",
      noFaceTips: [
        "Alegeți o imagine în care se văd ambii ochi.",
        "Dacă fața e mică, decupați-o și verificați acea bucată.",
        "Desenele, statuile și măștile nu sunt socotite fețe.",
      ],
      unusable: "Nicio față nu a putut fi judecată",
      unusableWhat: "Mai jos scrie ce împiedică. O copie mai mare sau mai clară ajută adesea.",
      tally: (faces, counts) => `${some(faces, "față", "fețe")}: ${counts}.`,
      count: {
        generated: (faces) => `${faces} probabil ${faces === 1 ? "generată" : "generate"}`,
        unsure: (faces) => `${faces} ${faces === 1 ? "neclară" : "neclare"}`,
        real: (faces) => `${faces} fără semn de generare`,
        not_applicable: (faces) => `${faces} ${faces === 1 ? "nejudecată" : "nejudecate"}`,
      },
      worst: (number) => `Imaginea primește verdictul feței celei mai suspecte, ${face(number)}.`,
      announce: (verdict, faces) => `${verdict}. Fețe găsite: ${faces}.`,
    },

    face: {
      title: face,
      jump: (number, verdict) => `${face(number)}: ${verdict}. Salt la detalii`,
      notJudged: "Această față nu a putut fi judecată:",
      reasons: {
        too_small: "Este prea mică. Folosiți o copie mai mare a imaginii.",
        turned_away: "Este întoarsă. Trebuie să se vadă ambii ochi.",
        blurred: "Este prea neclară. Folosiți o copie mai clară a imaginii.",
        cut_off: "Este tăiată de marginea imaginii.",
        covered: "Ochii sau gura îi sunt acoperiți. Folosiți o imagine care arată toată fața.",
        uncertain: "Poate că nici nu este o față omenească.",
        not_a_photograph:
          "Pare desenată, pictată sau sculptată. Poate fi judecat numai ce arată ca o fotografie.",
      },
    },

    scale: {
      sentence: (probability) => `${probability} probabilitate să fie generată`,
      zones: {
        real: (to) => `până la ${to}: niciun semn`,
        unsure: (from, to) => `de la ${from} la ${to}: nu se poate spune`,
        generated: (from) => `de la ${from}: generată`,
        neverReal: "acest model nu spune niciodată „niciun semn”",
        neverGenerated: "acest model nu spune niciodată „generată”",
      },
      describe: (probability, real, generated) =>
        [
          `Scală de la 0 la 100 la sută. Această față se află la ${probability}.`,
          real === null
            ? "Modelul nu spune niciodată „niciun semn de generare”."
            : `Până la ${real} modelul spune „niciun semn de generare”.`,
          generated === null
            ? "Nu spune niciodată „generată”."
            : `De la ${generated} în sus spune „generată”.`,
          "Altfel nu poate spune.",
        ].join(" "),
    },

    generators: {
      stylegan1: { name: "StyleGAN", what: "generatorul de fețe al NVIDIA din 2019" },
      stylegan2: { name: "StyleGAN2", what: "a doua versiune a NVIDIA, din 2020" },
      tpdne: {
        name: "thispersondoesnotexist.com",
        what: "un site care arată o nouă față inventată la fiecare vizită; folosește StyleGAN2",
      },
      sdxl: {
        name: "Stable Diffusion XL",
        what: "pictează imagini după o descriere scrisă, 2023",
      },
      generated: { name: "Un generator", what: "acest model nu spune care" },
    },
    sources: {
      title: "Cu ce seamănă cel mai mult",
      none: {
        name: "Niciun generator cunoscut",
        what: "fotografiată sau făcută cu altceva",
      },
      sameEngine:
        "StyleGAN2 și thispersondoesnotexist.com au același motor, așa că alegerea dintre ele " +
        "este în parte o ghicire.",
    },

    heat: {
      title: "Unde s-a uitat modelul",
      strength: "Intensitatea hărții termice",
      strengthOf: (number) => `Intensitatea hărții termice, ${face(number)}`,
      legend: (generator) =>
        `Cu cât culoarea e mai aprinsă, cu atât partea aceea pledează mai mult pentru ${generator}.`,
      anyGenerator: "un generator",
      photograph: "o fotografie",
      little: "puțin",
      much: "mult",
      strongest: (place) => `Cel mai puternic ${place} feței.`,
      places: [
        ["în stânga sus a", "în partea de sus a", "în dreapta sus a"],
        ["în partea stângă a", "în mijlocul", "în partea dreaptă a"],
        ["în stânga jos a", "în partea de jos a", "în dreapta jos a"],
      ],
      nothing: "Modelul nu a găsit nicio parte care să pledeze pentru asta.",
      view: (number) => `${face(number)}, decupată și îndreptată așa cum a văzut-o modelul`,
      viewWithHeat: (number) =>
        `${face(number)}, decupată și îndreptată așa cum a văzut-o modelul, sub harta ei termică`,
      onPicture: "Hărțile termice și aici",
      choose: "Ce pledează pentru",
      chooseOf: (number) => `Ce pledează pentru, ${face(number)}`,
      beside: "Alăturat",
      byCovering: "Un generator, prin acoperirea părților",
      real: "O fotografie",
      generated: "Un generator",
    },

    occlusion: {
      largestOnly: "Părți au fost acoperite doar la cele mai mari fețe din imagine.",
      ask: "Verifică harta acoperind părți",
      what:
        "Acoperă pe rând câte o bucată a feței și notează cu cât scade răspunsul. Mai lent, dar " +
        "nu are nevoie să știe cum e construit modelul.",
      busy: "Se acoperă o parte după alta…",
      cancel: "Anulează",
      legend:
        "Cu cât culoarea e mai aprinsă, cu atât răspunsul scade mai mult când acea parte e acoperită.",
      nothing: "Acoperirea oricărei părți abia schimbă răspunsul.",
    },

    regions: {
      title: "Ce părți cântăresc",
      names: {
        eyes: "ochii",
        nose: "nasul",
        mouth: "gura",
        skin: "pielea",
        hair: "părul",
        background: "fundalul",
      },
      speaks: (parts) => `În favoarea unui generator: ${parts}.`,
      against: (parts) => `Împotrivă: ${parts}.`,
      nothing: "Nicio parte a feței nu cântărește mult într-o direcție sau alta.",
      left: "împotrivă",
      right: "pentru",
    },

    stability: {
      title: "Rezistă verdictul?",
      steady: "Da: copiile imaginii, așa cum apar când este distribuită, primesc același verdict.",
      steadyUnsure:
        "Răspunsul rămâne: nici despre copiile imaginii, așa cum apar când este distribuită, nu se " +
        "poate spune.",
      steadyInPart:
        "Atât cât se poate spune: copiile care au putut fi judecate primesc același verdict. În " +
        "celelalte fața este prea mică sau prea neclară.",
      unknown:
        "Nu se poate spune: în toate copiile fața este prea mică sau prea neclară ca să fie " +
        "judecată.",
      unsteady:
        "Nu: o copie care arată la fel primește alt verdict. De aceea răspunsul este „nu se poate " +
        "spune”.",
      unsteadyUnsure: "Nu tocmai: o copie care arată la fel primește alt verdict.",
      copies: {
        original: "Așa cum este",
        jpeg_70: "Salvată din nou ca JPEG 70",
        half_size: "La jumătate din mărime",
        shifted: "Deplasată cu un pixel",
      },
    },

    provenance: {
      title: "Ce spune fișierul însuși",
      credentials: "Content Credentials",
      generated: {
        intact:
          "Înregistrarea spune că imaginea, sau o parte din ea, a fost făcută cu un generator.",
        changed:
          "Înainte de schimbare spunea că imaginea, sau o parte din ea, a fost făcută cu un generator.",
        unchecked:
          "Susține, neverificat, că imaginea, sau o parte din ea, a fost făcută cu un generator.",
      },
      fromCamera: "Înregistrarea spune că imaginea a fost făcută de un aparat foto.",
      notGenerated: "Înregistrarea nu numește niciun generator.",
      state: {
        intact: "Semnătura este valabilă, iar fișierul este așa cum a fost semnat.",
        changed:
          "Fișierul sau înregistrarea lui au fost schimbate după semnare. Nu vă bazați pe ea.",
        unchecked: "Aici nu se poate verifica dacă fișierul este așa cum a fost semnat.",
      },
      trust: {
        listed: "Semnatarul este pe lista de semnatari de încredere păstrată aici.",
        not_listed: "Semnatarul e necunoscut: nu este pe lista de semnatari păstrată aici.",
        no_list:
          "Semnatarul e necunoscut aici: nimeni nu are aici o listă care să garanteze pentru el.",
      },
      certificate: {
        expired_since:
          "Certificatul semnatarului a expirat între timp. După marca temporală, era valabil când " +
          "fișierul a fost semnat.",
        expired:
          "Certificatul semnatarului a expirat și nicio marcă temporală nu spune dacă era valabil la " +
          "semnare.",
        outside: "Certificatul semnatarului nu era valabil când fișierul a fost semnat.",
        revoked: "Certificatul semnatarului a fost retras.",
        unsuitable: "Certificatul semnatarului nu este unul pentru semnarea înregistrărilor.",
      },
      camera: "Aparat foto",
      disclosure: "Model de IA care a luat parte",
      actions: "Ce s-a făcut, în ordine",
      ingredients: "Din ce a fost făcută",
      ingredient: {
        intact: "înregistrarea ei este intactă",
        changed: "nu se potrivește cu propria înregistrare",
        unchecked: "înregistrarea ei nu poate fi verificată aici",
        no_record: "fără înregistrare",
      },
      unnamed: "o imagine fără nume",
      writtenBy: "Însemnare așa cum o scrie",
      label: "Eticheta chineză a conținutului generat",
      grade: {
        generated: "generat",
        possibly: "posibil generat, după cum a spus cine l-a încărcat",
        suspected: "bănuit a fi generat, de serviciul care l-a răspândit",
      },
      promptWriter: "Cerut de",
      signer: "Semnat de",
      issued: "Semnat la",
      software: "Făcut cu",
      problems: {
        intact: "Ce este în neregulă",
        changed: "Ce este în neregulă",
        unchecked: "De ce nu",
      },
      metadata: "Însemnarea unui program în fișier",
      metadataGenerated: "Însemnările din fișier spun că l-a făcut un generator.",
      metadataWhat:
        "Oricine poate scrie sau șterge o astfel de însemnare. Este un indiciu, nu o semnătură.",
      sourceType: "Felul sursei",
      parameters: "Ce i s-a cerut generatorului",
    },

    proves: {
      title: "Ce nu dovedește acest rezultat",
      known: (names) =>
        `Modelul cunoaște urmele lăsate de ${names}. Alte generatoare, mai noi, fețele înlocuite ` +
        "și fotografiile retușate trec adesea neobservate.",
      knownUnnamed:
        "Modelul cunoaște urmele câtorva generatoare. Altele, mai noi, fețele înlocuite și " +
        "fotografiile retușate trec adesea neobservate.",
      points: [
        "Există alarme false: unele fețe fotografiate sunt numite generate, mai ales în feluri de " +
          "imagini pe care modelul nu le-a văzut.",
        "Procentul a fost reglat pe o colecție în care fețele generate sunt frecvente. Unde sunt " +
          "rare, mai multe dintre alarme sunt false.",
        "O hartă termică arată unde s-a uitat modelul. Nu este o dovadă și nu arată ce i s-a făcut " +
          "imaginii.",
        "Copiile mici, neclare sau salvate de multe ori au pierdut multe urme. Verificați cea mai " +
          "veche copie pe care o găsiți.",
        "De aceea căutați și originea: cine a arătat-o primul, când și unde. Un răspuns de aici nu " +
          "este de unul singur un temei pentru a acuza pe cineva.",
      ],
      more: "Mai multe despre limite",
    },

    picture: {
      alt: (name) => `Imaginea verificată: ${name}`,
      pasted: "imagine lipită",
      unshowable:
        "Acest browser nu poate afișa acest tip de fișier. Verificarea nu este afectată: " +
        "contururile arată unde sunt fețele.",
      unshowableYet: "Acest browser nu poate afișa acest tip de fișier. Este verificat oricum.",
      facts: (format, width, height, size) => `${format}, ${width} × ${height} px, ${size}`,
    },

    model: {
      title: "Cine spune asta și cât de bun este",
      said: (title) => `${title} a judecat această imagine.`,
      figures: {
        fpr: (rate) => `A numit generate ${rate} dintre fețele fotografiate.`,
        tpr: (rate) => `A recunoscut ${rate} dintre fețele generate.`,
        unsure: (rate) => `Pentru ${rate} dintre toate fețele nu a putut spune.`,
        accuracy: (rate) =>
          `A numit corect sursa, fotografie sau generatorul anume, pentru ${rate}.`,
      },
      intro:
        "Pe imagini de test pe care nu le mai văzuse, de la generatoarele pe care le cunoaște:",
      unknown: "Nu are nicio cifră despre cât de bun este.",
      unlisted: "Cifrele lui nu sunt la îndemână: lista de modele a serverului nu îl cuprinde.",
      more: "Mai multe despre modele",
    },

    compare: {
      ask: "Compară toate modelele",
      title: "Ce spun celelalte modele",
      busy: (done, all) => `Au răspuns ${done} din ${some(all, "model", "modele")}…`,
      cancel: "Oprește",
      model: "Model",
      verdict: "Verdict",
      probability: "Probabil generată",
      waiting: "în așteptare…",
      caption:
        "Verdictul și probabilitatea feței celei mai suspecte, după fiecare model. Fiecare are " +
        "propria zonă de nesiguranță, așa că același procent poate însemna verdicte diferite.",
      agree: "Toate modelele spun același lucru.",
      averages: (title) =>
        `„${title}” face media altor modele din această listă, deci nu este încă o părere.`,
      differ: "Modelele nu sunt de acord. Atunci niciunul nu ajunge de unul singur.",
      close: "Ascunde comparația",
    },

    actions: {
      title: "Păstrați acest rezultat",
      savedTitle: "Luați acest rezultat cu dumneavoastră",
      save: "Salvează în istoric",
      saving: "Se salvează…",
      until: (time) => `Poate fi salvat până la ${time}. Apoi imaginea este ștearsă de aici.`,
      off: "Acest server nu salvează nimic în acest moment. Descărcați raportul sau tipăriți-l.",
      expired:
        "Prea târziu pentru salvare: imaginea a fost ștearsă. Verificați-o din nou dacă doriți " +
        "s-o păstrați.",
      saved: {
        cookie: "Salvat în istoricul acestui browser.",
        token: "Salvat în istoricul cheii dumneavoastră de acces.",
      },
      open: "Deschide-l acolo",
      copy: "Copiază un link",
      copied: {
        cookie:
          "Linkul a fost copiat. Se deschide numai în acest browser: nimeni altcineva nu vă vede " +
          "istoricul.",
        token:
          "Linkul a fost copiat. Îl poate deschide oricine are cheia dumneavoastră de acces și " +
          "nimeni altcineva.",
      },
      notCopied: (link) => `Browserul nu a lăsat pagina să copieze. Linkul este ${link}`,
      download: "Descarcă raportul (JSON)",
      print: "Tipărește sau salvează ca PDF",
      file: "raport-unmask",
    },

    about: {
      title: "Despre această verificare",
      model: "Model",
      software: "Program",
      fingerprint: "Amprenta fișierului (SHA-256)",
      terms: "Condițiile modelului",
      tuning: "Alarme false",
      facts: (falseAlarms) =>
        `${falseAlarms} dintre fețele fotografiate pe care i s-a fixat pragul au fost numite generate`,
    },
  },

  errors: {
    kinds: {
      offline: {
        title: "Niciun răspuns",
        advice:
          "Serverul nu poate fi găsit. Verificați dacă Unmask rulează și dacă sunteți conectat.",
      },
      "empty-picture": {
        title: "Fișierul este gol",
        advice: "Salvați sau descărcați imaginea din nou, apoi încercați acea copie.",
      },
      "broken-picture": {
        title: "Imaginea este deteriorată",
        advice:
          "Deschideți-o într-un vizualizator ca să vedeți dacă e întreagă, apoi salvați-o din nou.",
      },
      "picture-too-large": {
        title: "Imaginea este prea mare",
        advice: "Mai bine decupați fața decât să micșorați imaginea: micșorarea șterge urme.",
      },
      "unsupported-picture": {
        title: "Aceasta nu este o imagine care poate fi citită",
        advice:
          "Alegeți alt fișier. Dacă este o imagine, salvați-o ca JPEG sau PNG și încercați așa.",
      },
      "unknown-model": {
        title: "Acest model nu mai există",
        advice: "Reîncărcați pagina ca să vedeți ce modele există acum.",
      },
      busy: {
        title: "Prea mult de făcut în acest moment",
        advice: "Serverul este ocupat. Așteptați puțin, apoi încercați din nou.",
      },
      "too-slow": {
        title: "Încărcarea a fost prea lentă",
        advice: "Imaginea nu a fost verificată. Încercați din nou sau cu o conexiune mai bună.",
      },
      "too-many-requests": {
        title: "Prea multe cereri în acest moment",
        advice:
          "Acest server răspunde fiecăruia doar de un anumit număr de ori. Așteptați puțin, apoi " +
          "încercați din nou.",
      },
      "no-model": {
        title: "Nu este instalat niciun model",
        advice: "Cine administrează serverul trebuie să adauge unul înainte de a verifica imagini.",
      },
      "model-refused": {
        title: "Modelul nu poate fi folosit",
        advice:
          "Alegeți alt model, dacă există, sau anunțați-l pe cel care administrează serverul.",
      },
      "token-missing": {
        title: "Acest server cere o cheie de acces",
        advice:
          "Cereți-i o cheie celui care îl administrează, apoi încercați din nou și introduceți-o.",
      },
      "token-invalid": {
        title: "Cheia de acces nu este valabilă",
        advice: "Cereți-i alta celui care administrează serverul, apoi încercați din nou.",
      },
      "cross-site": {
        title: "Serverul a refuzat acest lucru",
        advice: "Deschideți pagina din nou de la adresa ei, apoi încercați iar.",
      },
      "history-off": {
        title: "Acest server nu păstrează un istoric",
        advice: "Descărcați în schimb raportul sau tipăriți-l.",
      },
      "unknown-report": {
        title: "Această verificare nu se află aici",
        advice: "Poate că a fost ștearsă sau aparține altcuiva. Verificați imaginea din nou.",
      },
      "report-expired": {
        title: "Prea târziu pentru salvare",
        advice:
          "O verificare poate fi salvată timp de 15 minute. Verificați imaginea din nou, apoi " +
          "salvați-o.",
      },
      "quota-reached": {
        title: "Nu mai este loc",
        advice: "Ștergeți câteva verificări din istoric, apoi salvați-o pe aceasta.",
      },
      "storage-unavailable": {
        title: "Acum nu se poate salva sau citi nimic",
        advice:
          "Încercați mai târziu. Dacă rămâne așa, anunțați-l pe cel care administrează serverul.",
      },
      "not-found": {
        title: "Nu se află aici",
        advice: "Poate că serverul este mai vechi decât această pagină. Reîncărcați pagina.",
      },
      "malformed-request": {
        title: "Serverul nu a înțeles această pagină",
        advice:
          "Poate că pagina este mai veche decât serverul. Reîncărcați-o, apoi încercați din nou.",
      },
      "internal-error": {
        title: "Serverul a făcut o greșeală",
        advice:
          "Încercați din nou. Dacă rămâne așa, anunțați-l pe cel care administrează serverul.",
      },
    },
    other: {
      title: "Nu a reușit",
      advice: "Încercați din nou. Dacă rămâne așa, încercați altă imagine.",
    },
  },

  history: {
    title: "Istoric",
    lead: {
      cookie:
        "Verificările pe care le-ați salvat. Nimeni în afară de acest browser nu le poate vedea.",
      token:
        "Verificările salvate cu cheia dumneavoastră de acces. Le poate vedea oricine are cheia.",
    },
    loading: "Se aduc verificările salvate…",
    view: { label: "Afișare", grid: "Grilă", list: "Listă" },
    filters: {
      title: "Filtrare și ordine",
      verdict: "Verdict",
      everyVerdict: "Orice verdict",
      model: "Model",
      everyModel: "Orice model",
      since: "De la",
      until: "Până la",
      sort: "Ordine",
      sorts: {
        newest: "Cele mai noi întâi",
        oldest: "Cele mai vechi întâi",
        most_suspicious: "Cele mai suspecte întâi",
      },
      clear: "Șterge filtrele",
    },
    total: (total: string, one: boolean) =>
      one ? "O verificare salvată" : `Verificări salvate: ${total}`,
    fitting: (total: string, one: boolean) =>
      one
        ? "O verificare salvată corespunde filtrelor"
        : `Verificări salvate care corespund filtrelor: ${total}`,
    shown: (shown: string, total: string) => `Se afișează ${shown} din ${total}`,
    more: "Arată mai multe",
    moreBusy: "Se aduc mai multe…",
    unnamed: "Imagine fără nume",
    noThumbnail: "Imaginea nu a putut fi adusă",
    likely: (probability: string) => `șanse de ${probability} să fie generată`,
    notSteady: "verdictul nu rezistă",
    faces: (faces: number) => some(faces, "față", "fețe"),
    checkedAt: (when: string) => `Verificată ${when}`,
    savedAt: (when: string) => `salvată ${when}`,
    empty: {
      title: "Încă nu este nimic salvat",
      what:
        "O verificare este uitată după 15 minute: imaginea și răspunsul ei se șterg. Aici găsiți " +
        "doar ce păstrați dumneavoastră, cu „Salvează” de sub răspuns, până când ștergeți.",
      action: "Verificați o imagine",
    },
    nothingFits: {
      title: "Nicio verificare salvată nu corespunde filtrelor",
      what: "Alegeți un interval mai lung, alt verdict sau orice model.",
    },
    exports: {
      label: "Luați istoricul cu dumneavoastră",
      narrowed: "Luați cu dumneavoastră ce arată filtrele",
      csv: "Exportă ca CSV",
      json: "Exportă ca JSON",
      working: "Se pregătește fișierul…",
      cancel: "Renunță",
    },
    remove: {
      one: (name: string) => `Șterge ${name}`,
      short: "Șterge",
      title: "Ștergeți această verificare salvată?",
      what: (name: string) => `${name}, răspunsul și hărțile termice dispar pentru totdeauna.`,
      confirm: "Șterge",
      all: "Șterge tot",
      allTitle: "Ștergeți tot istoricul?",
      allWhat: {
        cookie:
          "Toate verificările salvate în acest browser dispar pentru totdeauna, fie că filtrele le " +
          "arată sau nu: imaginile, răspunsurile și hărțile termice. Verificările încă nesalvate nu " +
          "mai pot fi salvate apoi.",
        token:
          "Toate verificările salvate cu cheia dumneavoastră de acces dispar pentru totdeauna, " +
          "pentru oricine are cheia, fie că filtrele le arată sau nu: imaginile, răspunsurile și " +
          "hărțile termice. Verificările încă nesalvate nu mai pot fi salvate apoi.",
      },
      allConfirm: "Șterge totul",
      cancel: "Păstrează",
      working: "Se șterge…",
      done: (name: string) => `${name} a fost ștearsă.`,
      allDone: (deleted: string, one: boolean) =>
        one ? "O verificare salvată a fost ștearsă." : `Verificări salvate șterse: ${deleted}.`,
    },
    entry: {
      back: "Înapoi la istoric",
      loading: "Se aduce verificarea salvată…",
      gone: {
        title: "Această verificare salvată nu este aici",
        what: {
          cookie:
            "A fost ștearsă, a fost salvată în alt browser sau adresa nu este întreagă. O poate " +
            "deschide doar browserul care a salvat-o.",
          token:
            "A fost ștearsă, nu a fost salvată cu cheia dumneavoastră de acces sau adresa nu este " +
            "întreagă. O verificare se deschide doar cu cheia cu care a fost salvată.",
        },
      },
      noPicture:
        "Imaginea acestei verificări nu a putut fi adusă. Răspunsul ei este totuși mai jos.",
    },
    recheck: {
      title: "Ce ar spune alt model?",
      what: "Imaginea salvată este verificată din nou. Nimic nou nu se păstrează dacă nu salvați.",
      label: "Model",
      start: "Verifică din nou",
      busy: "Se verifică din nou…",
      cancel: "Renunță",
      only: "Nu există alt model pe acest server.",
      compare: "Cele două răspunsuri, alăturate",
      face: "Fața",
      picture: "Imaginea",
      before: (model: string) => `Salvat: ${model}`,
      after: (model: string) => `Acum: ${model}`,
      agree: "Ambele ajung la același verdict.",
      disagree:
        "Nu sunt de acord. Luați asta drept niciun răspuns: căutați originea imaginii sau o " +
        "copie mai veche a ei.",
      full: (model: string) => `Răspunsul întreg al modelului ${model}`,
    },
  },

  models: {
    title: "Modele",
    lead:
      "Un model este un program care a învățat din fețe cu origine cunoscută: fotografii și " +
      "imagini făcute de generatoare. Cifrele de aici vin de la fețe pe care nu le-a văzut " +
      "niciodată cât a învățat.",
    loading: "Se aduc modelele…",
    none: {
      title: "Niciun model nu este instalat",
      what:
        "Cine administrează acest server trebuie să adauge unul înainte ca imaginile să poată fi " +
        "verificate.",
    },
    standard: "Folosit dacă nu alegeți altul",
    open: "Cifrele și limitele lui",
    close: "Restrânge",
    jump: "Pe această pagină",
    kinds: {
      efficientnet: "O rețea mică și rapidă, făcută pentru telefoane.",
      resnet50: "O rețea adâncă, bine încercată, etalonul domeniului.",
      vit: "O rețea mare, care taie fața în plăci și compară fiecare placă cu toate celelalte.",
      tracenet:
        "Rețeaua proprie a Unmask: mică și făcută să privească granulația cea mai fină a unei " +
        "imagini, acolo unde generatoarele lasă urme.",
      ensemble:
        "Mai multe rețele ale căror răspunsuri sunt mediate. Greșesc la fețe diferite, așa că " +
        "împreună greșesc mai puțin și cer timpul tuturor.",
    },
    otherKind: (architecture: string) => `O rețea de felul „${architecture}”.`,
    source: (names: string) =>
      `Deosebește fotografiile de imaginile făcute de ${names} și spune care dintre ele.`,
    binary: "Deosebește doar fotografiat de generat; nu spune ce generator a făcut imaginea.",
    made: (date: string) => `Făcut la ${date}.`,

    figures: {
      title: "Cât este de bun",
      found: (count: string, of: string) =>
        `Din ${of} de fețe generate ${not(count)}găsește ${count}`,
      accused: (count: string, of: string) => `Din ${of} de fotografii ${not(count)}acuză ${count}`,
      unsure: (count: string, of: string) => `Din ${of} de fețe nu poate spune la ${count}`,
      named: (count: string, of: string) =>
        `Din ${of} de fețe ${not(count)}numește sursa corectă la ${count}`,
      none: NONE,
      between: (low: string, high: string) =>
        `cu aproximație ${low} până la ${high} (interval de 95 %)`,
      missing: "Autorii lui nu dau astfel de cifre.",
      all: "Toate cifrele",
      name: "Cifra",
      value: "Valoarea",
      interval: "Interval de 95 %",
      names: {
        accuracy: "Sursa corectă numită",
        macro_f1: "F1, media surselor",
        f1_generated: "F1 pentru ce primește cel puțin 50% drept „generat”",
        family_accuracy: "Familia corectă de generatoare numită",
        family_macro_f1: "F1, media familiilor",
        auc: "Aria de sub curba ROC, fotografiat față de generat",
        balanced_accuracy: "Acuratețea echilibrată a verdictului „generat”",
        tpr: "Fețe generate numite generate",
        fpr: "Fețe fotografiate numite generate",
        fpr_celeba: "Fotografii din CelebA numite generate",
        fpr_ffhq1024: "Fotografii din FFHQ (1024 px) numite generate",
        fpr_ffhq256: "Fotografii din FFHQ (256 px) numite generate",
        fpr_mebeauty: "Fotografii din MEBeauty numite generate",
        "tpr_at_fpr_0.005": "Fețe generate găsite când 0,5 % din fotografii sunt acuzate",
        "tpr_at_fpr_0.01": "Fețe generate găsite când 1 % din fotografii sunt acuzate",
        unsure: "Fețe la care nu poate spune",
        ece: "Cu cât greșesc procentele declarate, în medie",
      },
      collection: (name: string) => `Fotografii din ${name} numite generate`,
    },

    confusion: {
      title: "Ce ia drept ce",
      what:
        "Un rând pentru locul de unde vin cu adevărat fețele, o coloană pentru ce a spus modelul. " +
        "Numărul arată câte din 100 de fețe ale rândului; cu cât culoarea este mai tare, cu atât " +
        "mai multe.",
      came: "Vin din",
      said: "A spus",
      faces: "Fețe",
      photographed: "Fotografie",
    },

    robustness: {
      title: "După ce trec prin web",
      what:
        "Imaginile sunt micșorate, comprimate și copiate pe drum. De fiecare dată se pierd urme. " +
        "Pragul de la care spune „generat” nu a fost schimbat pentru niciuna dintre acestea.",
      found: "fețe generate găsite",
      accused: "fotografii acuzate",
      chart: (best: string, worst: string, worstView: string) =>
        `Grafic: dintre fețele generate găsește ${best} în imagini neatinse și cel mai puțin, ` +
        `${worst}, după: ${worstView}. Tabelul de mai jos are toate numerele.`,
      table: "Același lucru ca tabel",
      view: "Ce s-a făcut",
      views: {
        clean: "nimic",
        "half-size": "jumătate din mărime",
        "quarter-size": "un sfert din mărime",
        noise: "zgomot",
        screenshot: "captură de ecran",
        "social-chain": "prin rețele sociale",
      },
      kinds: {
        jpeg: (value: string) => `JPEG, calitate ${value}`,
        webp: (value: string) => `WebP, calitate ${value}`,
        blur: (value: string) => `neclar, ${value} px`,
      },
    },

    reliability: {
      title: "Se pot crede procentele lui?",
      what:
        "Dacă modelul spune 80 %, atunci 80 din 100 de astfel de fețe ar trebui să fie generate: " +
        "punctele ar trebui să stea pe linie. Punctele mai mari stau pentru mai multe fețe.",
      stated: "Ce spune modelul",
      observed: "Ce a fost adevărat",
      share: "Parte din toate fețele",
      chart: (off: string) =>
        `Grafic al procentelor declarate față de cele adevărate; în medie sunt la ${off} ` +
        "distanță. Tabelul de mai jos are toate numerele.",
    },

    unseen: {
      title: "Generatoare pe care nu le cunoaște",
      what:
        "Generatoare noi apar în fiecare lună. Acestea au fost ținute departe de model cât a " +
        "învățat, pentru a vedea ce face cu necunoscuți. Nici fotografiile de lângă ele nu i-au " +
        "fost arătate; a văzut altele din colecțiile lor.",
      collection: "Ce",
      called: "Numite generate, din 100",
      unsure: "Nu poate spune, din 100",
      crops: "Fețe",
      generated: "generate",
      photographed: "fotografiate",
      swapped: "fețe schimbate",
      names: {
        "unseen-stylegan3": "StyleGAN3",
        "unseen-sd21": "Stable Diffusion 2.1",
        "unseen-inswapper": "Fețe schimbate (inswapper)",
        "unseen-ffhq": "FFHQ",
        "unseen-mebeauty": "MEBeauty",
      },
    },

    limits: {
      title: "Limitele lui",
      points: [
        "Caută generatoarele din care a învățat. Pe altele le găsește uneori sau niciodată.",
        "„Niciun semn de generare” nu dovedește că este o fotografie.",
        "Nu s-a măsurat cum diferă greșelile lui între culori de piele, vârste și feluri de lumină.",
      ],
      more: "Totul despre limite",
    },
    terms: {
      title: "Condiții",
      licence: (licence: string) => `Licența ponderilor: ${licence}.`,
    },
    card: "Fișa întreagă a modelului (în engleză)",
    noCard: "Acest model a venit fără fișă.",
  },

  how: {
    title: "Cum funcționează",
    lead:
      "De la imagine la răspuns în cinci pași. Niciunul nu este magie și fiecare poate greși; " +
      "această pagină spune ce se întâmplă și ce poate însemna răspunsul.",
    generator: {
      title: "Ce caută Unmask",
      text: [
        "Un generator de imagini este un program care a văzut milioane de imagini și face altele " +
          "noi, care seamănă cu ele. O față făcută de el nu este a nimănui.",
        "Când face o imagine, un generator lasă urme slabe în granulația ei cea mai fină: în " +
          "piele, păr și fundal. Cele mai multe sunt prea slabe pentru ochi. Modelele Unmask sunt " +
          "programe care au învățat să observe astfel de urme, comparând mii de fotografii cu mii " +
          "de fețe generate.",
      ],
    },
    steps: {
      title: "Cinci pași",
      items: [
        {
          name: "Imaginea",
          what: "Fișierul este deschis și întors drept. Se judecă doar ce se poate vedea.",
        },
        {
          name: "Fața",
          what:
            "Fețele sunt găsite după ochi, nas și gură. Una prea mică, neclară, întoarsă, " +
            "acoperită sau tăiată nu este judecată și vi se spune de ce.",
        },
        {
          name: "Decupajul",
          what:
            "Fiecare față este decupată și rotită până când ochii sunt la același nivel, mereu la " +
            "aceeași mărime, de 178 pe 218 puncte.",
        },
        {
          name: "Punctele",
          what:
            "Un model dă puncte pentru „fotografiat” și pentru fiecare generator pe care îl " +
            "cunoaște, câmp cu câmp.",
        },
        {
          name: "Verdictul",
          what: "Din puncte se face un procent, iar din procent unul din trei răspunsuri.",
        },
      ],
    },
    percentage: {
      title: "Ce înseamnă procentul",
      text: [
        "Exact ce spune: din 100 de fețe care primesc 90 %, aproximativ 90 au fost generate. " +
          "Punctele brute ale unui model sunt prea sigure pe ele, așa că sunt corectate cu fețe a " +
          "căror origine este cunoscută. Aceasta se numește calibrare.",
        "Este valabil acolo unde cam jumătate dintre fețe sunt generate. Unde aproape niciuna nu " +
          "este, ca într-un album de familie, mai multe dintre alarme sunt false.",
      ],
      diagram:
        "Diagramă cu 100 de pătrate, câte unul pentru o față care a primit 90 %: 90 sunt pline, " +
        "10 goale.",
      right: "90 generate",
      wrong: "10 fotografiate",
    },
    unsure: {
      title: "De ce uneori nu poate spune",
      text: [
        "Două praguri împart scala. Deasupra celui de sus răspunsul este „probabil generată”; " +
          "pragul este atât de sus încât cel mult 5 din 1.000 de fețe fotografiate pe care a fost " +
          "stabilit l-au depășit. Sub cel de jos răspunsul este „niciun semn de generare”. Între " +
          "ele Unmask spune că nu poate spune, în loc să ghicească.",
        "Spune la fel și când răspunsul nu este stabil: când o copie a imaginii, salvată din nou, " +
          "micșorată sau mutată cu un punct, ar primi alt răspuns.",
      ],
      diagram:
        "Diagramă: o scală de la 0 la 100 la sută. În stânga o parte scurtă „niciun semn de " +
        "generare”, la mijloc o bandă lată hașurată „nu se poate spune”, în dreapta de tot o parte " +
        "scurtă „probabil generată”.",
    },
    heat: {
      title: "Ce înseamnă harta termică",
      text: [
        "Modelul privește fața pe câmpuri, ca niște plăci. Fiecare placă adaugă la punctele unui " +
          "generator sau ia din ele, iar media tuturor plăcilor este chiar scorul. Harta termică " +
          "arată aceste plăci: luminoase unde una a vorbit pentru generator, goale unde niciuna.",
        "Arată deci unde a privit modelul. Nu arată că acea parte a imaginii a fost schimbată și " +
          "nu este o dovadă. Unde nicio placă nu a vorbit pentru un generator, pagina o spune în " +
          "cuvinte și nu colorează nimic.",
      ],
      diagram:
        "Diagramă: o față sub o grilă de plăci, unele colorate; o săgeată duce de la plăci la o " +
        "bară, media lor, care este scorul.",
      tiles: "plăci",
      mean: "media = scorul",
    },
    kept: {
      title: "Ce se păstrează",
      lead: "Nimic, dacă nu cereți.",
      items: [
        {
          name: "Cât timp este verificată",
          what:
            "Imaginea merge la serverul care ține această pagină și la nimeni altcineva. Dacă " +
            "Unmask rulează pe calculatorul dumneavoastră, nu pleacă de pe el.",
        },
        {
          name: "Timp de 15 minute",
          what: "Imaginea și răspunsul așteaptă, dacă vreți să le salvați. Apoi sunt șterse.",
        },
        {
          name: "Dacă salvați",
          what:
            "Rămân până când le ștergeți. Doar acest browser le poate deschide: el ține un număr " +
            "secret, aleatoriu, într-un cookie. Cine șterge cookie-urile pierde drumul către ele. " +
            "Pe un server care cere chei de acces, le poate deschide oricine are cheia dumneavoastră.",
        },
      ],
    },
    next: { text: "Un răspuns este un indiciu, nu o dovadă.", link: "Citiți ce nu vă poate spune" },
  },

  limits: {
    title: "Limite",
    lead:
      "Un rezultat nu este o dovadă. Este un indiciu, atât de bun cât modelul din spatele lui, și " +
      "uneori este greșit. Iată când, și ce mai este de făcut.",
    wrong: "Când greșește",
    points: [
      {
        name: "Generatoare pe care nu le-a văzut",
        what:
          "Un model găsește urmele generatoarelor din care a învățat. Dintre cele mai noi găsește " +
          "câteva sau aproape niciuna.",
      },
      {
        name: "Fețe schimbate și retușate",
        what:
          "O față pusă peste alta, un filtru, o piele netezită: cea mai mare parte a unei astfel " +
          "de imagini este fotografie. Modelele nu au învățat din așa ceva și de obicei nu observă.",
      },
      {
        name: "Copii ale copiilor",
        what:
          "Mesageriile și rețelele sociale micșorează și comprimă imaginile. De fiecare dată se " +
          "șterg urme, iar răspunsul alunecă spre „nu se poate spune” sau „niciun semn”. Verificați " +
          "cea mai veche copie pe care o puteți obține.",
      },
      {
        name: "Fețe mici",
        what:
          "O față lată de doar câteva zeci de puncte nu ține aproape nicio urmă. Cele foarte mici " +
          "nu sunt judecate deloc; mărirea lor nu aduce nimic înapoi.",
      },
      {
        name: "Oameni care i-au fost arătați rar",
        what:
          "Fotografiile din care au învățat modelele arată unele vârste și culori de piele mult " +
          "mai des decât altele, iar celebritățile mai des decât pe oricine. Nu s-a măsurat cum " +
          "diferă greșelile între grupuri de oameni. Fiți mai atenți cu copiii, cu vârstnicii și " +
          "cu pielea închisă la culoare.",
      },
      {
        name: "Desene, statui, măști",
        what:
          "Unmask cunoaște doar fețe fotografiate și generate. Lasă nejudecate cele mai multe " +
          "desene și statui, dar nu pe toate. Picturile care seamănă cu o fotografie, cum sunt " +
          "portretele în ulei, trec de obicei. Uneori ia o fotografie drept desen.",
      },
      {
        name: "Cine vrea să îl păcălească",
        what: "Cine știe cum lucrează un model poate face o imagine care trece de el.",
      },
    ],
    known: (names: string) => `Modelele de pe acest server au învățat din: ${names}.`,
    figures: "Vedeți câte găsesc",
    rare: {
      title: "De ce contează și alarmele false rare",
      text:
        "Să spunem că verificați 10.000 de poze de profil, iar 100 dintre ele sunt generate. Un " +
        "model care găsește 75 din 100 de fețe generate și acuză 1 din 1.000 de fotografii dă 85 " +
        "de alarme: 75 sunt corecte, iar 10 acuză un om real. Și 25 de fețe generate trec.",
      diagram:
        "Diagramă cu 85 de pătrate, câte unul de alarmă: 75 sunt corecte, 10, desenate goale, " +
        "sunt acuzații false.",
      right: "75 de fețe generate găsite",
      false: "10 oameni reali acuzați",
    },
    besides: {
      title: "Ce mai este de făcut",
      items: [
        {
          name: "Căutați imaginea",
          what:
            "Dați-o unei căutări inverse de imagini (Google Lens, Bing, TinEye, Yandex). Unde a " +
            "apărut întâi? Acolo i se spune altfel?",
        },
        {
          name: "Întrebați de sursă",
          what:
            "Cine a publicat-o și este de încredere? Cereți fișierul așa cum a ieșit din aparat; " +
            "poate purta Content Credentials, pe care Unmask le arată.",
        },
        {
          name: "Căutați aceeași persoană",
          what: "Un om real are de obicei și alte poze: din altă parte, din alt an, cu alți oameni.",
        },
        {
          name: "Verificați contextul",
          what: "Se potrivesc locul, vremea, hainele, scrisul și umbrele cu ce se susține?",
        },
        {
          name: "Priviți de aproape",
          what:
            "Cercei care nu se potrivesc, păr care se topește, dinți ciudați, litere care nu sunt " +
            "litere. Doar indicii: generatoarele bune nu mai fac aceste greșeli.",
        },
        {
          name: "Întrebați alt model",
          what: "Dacă două modele nu sunt de acord, luați asta drept niciun răspuns.",
        },
      ],
    },
    never: {
      title: "La ce să nu îl folosiți",
      text:
        "Nu hotărâți despre o persoană doar după un răspuns de aici: nici la tribunal, nici la " +
        "graniță, nici la angajare, nici într-o redacție, nici la moderare. Este o probă printre " +
        "altele și un om trebuie să o cântărească.",
    },
  },
};

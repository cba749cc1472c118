/** Every word that the page says, in English. Another language is another file of this shape. */
import type { Generator, Problem } from "./kinds";

const generators: Readonly<Record<string, Generator>> = {
  stylegan1: { name: "StyleGAN", what: "NVIDIA’s face generator of 2019" },
  stylegan2: { name: "StyleGAN2", what: "NVIDIA’s second version, of 2020" },
  tpdne: {
    name: "thispersondoesnotexist.com",
    what: "a website that shows a new invented face at every visit; it runs StyleGAN2",
  },
  sdxl: { name: "Stable Diffusion XL", what: "paints pictures from a written description, 2023" },
  generated: { name: "A generator", what: "this model does not say which" },
};

const problems: Readonly<Record<string, Problem>> = {
  offline: {
    title: "No answer",
    advice:
      "The server cannot be reached. Check that Unmask is running and that you are connected.",
  },
  "empty-picture": {
    title: "The file is empty",
    advice: "Save or download the picture again, then try that copy.",
  },
  "broken-picture": {
    title: "The picture is damaged",
    advice: "Open it in a picture viewer to see whether it is whole, then save it anew.",
  },
  "picture-too-large": {
    title: "The picture is too large",
    advice: "Better cut out the face than shrink the picture: shrinking wipes traces away.",
  },
  "unsupported-picture": {
    title: "This is not a picture that can be read",
    advice: "Choose another file. If it is a picture, save it as JPEG or PNG and try that.",
  },
  "unknown-model": {
    title: "This model is gone",
    advice: "Reload the page to see which models there are now.",
  },
  busy: {
    title: "Too much to do at the moment",
    advice: "The server is busy. Wait a little, then try again.",
  },
  "too-slow": {
    title: "The upload was too slow",
    advice: "Your picture was not checked. Try again, or on a better connection.",
  },
  "too-many-requests": {
    title: "Too many requests at the moment",
    advice: "This server lets everyone ask only so often. Wait a little, then try again.",
  },
  "no-model": {
    title: "No model is installed",
    advice: "Whoever runs this server has to add one before pictures can be checked.",
  },
  "model-refused": {
    title: "The model cannot be used",
    advice: "Choose another model if there is one, or tell whoever runs this server.",
  },
  "token-missing": {
    title: "This server asks for a token",
    advice: "Ask whoever runs it for a token, then try again and enter it.",
  },
  "token-invalid": {
    title: "The token is not valid",
    advice: "Ask whoever runs this server for a new one, then try again and enter it.",
  },
  "cross-site": {
    title: "The server refused this",
    advice: "Open the page anew from its own address, then try again.",
  },
  "history-off": {
    title: "This server keeps no history",
    advice: "Download the report instead, or print it.",
  },
  "unknown-report": {
    title: "This check is not there",
    advice: "It may have been deleted, or it belongs to someone else. Check the picture again.",
  },
  "report-expired": {
    title: "Too late to save",
    advice: "A check can be saved for 15 minutes. Check the picture again, then save it.",
  },
  "quota-reached": {
    title: "There is no room for more",
    advice: "Remove some checks from the history, then save this one.",
  },
  "storage-unavailable": {
    title: "Nothing can be saved or read now",
    advice: "Try again later. If it stays like this, tell whoever runs this server.",
  },
  "not-found": {
    title: "This is not there",
    advice: "The server may be older than this page. Reload the page.",
  },
  "malformed-request": {
    title: "The server did not understand this page",
    advice: "The page may be older than the server. Reload it, then try again.",
  },
  "internal-error": {
    title: "The server made a mistake",
    advice: "Try again. If it stays like this, tell whoever runs this server.",
  },
};

const face = (number: number) => `Face ${number}`;
const some = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** What the server says of its models, as other languages put it. */
const served: Readonly<Record<string, string>> = {};

export const en = {
  locale: "en-GB",
  /** What the language calls itself. */
  language: "English",
  served,

  shell: {
    name: "Unmask",
    tagline: "A second look at the faces in pictures",
    footer:
      "A picture goes to the server that runs this page and is checked there. Unless you save it, " +
      "it is deleted within 15 minutes.",
    skip: "Skip to the content",
    navigation: "Pages",
    pages: {
      check: "Check",
      history: "History",
      entry: "A saved check",
      models: "Models",
      how: "How it works",
      limits: "Limits",
      missing: "Nothing here",
    },
    chooseLanguage: "Language",
    theme: { toDark: "Dark page", toLight: "Light page" },
    loading: "Loading…",
    missing: {
      what: "There is no page at this address.",
      back: "Go to the check",
    },
    broken: {
      title: "This part of the page could not be loaded",
      advice: "The server may have been updated meanwhile. Reload the page.",
      reload: "Reload",
    },
    token: {
      title: "This server asks for a token",
      what:
        "Whoever runs it makes tokens with “unmask token create”. Yours is kept until you close " +
        "this tab, and only sent to this server.",
      wrong: "The server did not accept that token.",
      label: "Token",
      use: "Use the token",
      cancel: "Cancel",
    },
    over: (value: string) => `over ${value}`,
    under: (value: string) => `under ${value}`,
  },

  check: {
    headline: "Was this face photographed or generated?",
    lead:
      "Give Unmask a portrait. It finds the faces, says how likely each one came out of a picture " +
      "generator and which one, and shows where it looked.",
    choose: {
      first: "Choose pictures",
      another: "Check another picture",
      hint: "or drop them anywhere on this page, or paste one",
      accepted: "JPEG, PNG, HEIC, WebP, AVIF, TIFF, GIF or BMP",
      drop: "Drop to check",
      input: "Picture files",
      noFile:
        "That was not a picture file. If it came from a web page, save the picture first, then " +
        "drop or choose the file.",
      nothingToPaste: "There is no picture to paste. Copy a picture first, not its address.",
    },
    camera: {
      open: "Take a photo",
      title: "Take a photo",
      hint: "Look into the camera, in even light. The photo goes to the server only when you take it.",
      starting: "Waiting for the camera… Your browser may ask whether this page may use it.",
      shutter: "Take it",
      other: "Other camera",
      cancel: "Cancel",
      preview: "What the camera sees",
      file: "photo",
      failures: {
        none: "There is no camera here. Choose a picture file instead.",
        refused:
          "The browser does not let this page use the camera. Allow it in the browser’s settings " +
          "for this page, or choose a picture file.",
        taken: "Another program is using the camera. Close it, then try again.",
        insecure:
          "Browsers give the camera only to pages opened over https or on this very computer. " +
          "Choose a picture file instead.",
        other: "The camera did not start. Choose a picture file instead.",
      },
    },
    samples: {
      title: "No picture at hand? Try one of these",
      names: {
        astronaut: "An astronaut",
        "two-faces": "Two faces",
        "generated-1": "A portrait",
        "generated-2": "Another portrait",
      } as Readonly<Record<string, string>>,
      credits: {
        nasa: "A photograph by NASA, public domain",
        ours: "Made by a generator, MobileStyleGAN: nobody’s face",
      },
      missing: "That sample could not be loaded. Check that you are connected, then try again.",
    },
    model: {
      label: "Model",
    },
    busy: {
      finding: "Looking for faces…",
      findingWhat: "First Unmask looks whether there is a face that can be judged.",
      judging: "Looking at the faces…",
      judgingWhat:
        "Every face is searched for the traces that generators leave, then judged again in " +
        "re-compressed, shrunken and shifted copies, to see whether the verdict holds.",
      found: (faces: number, usable: number) =>
        faces === 0
          ? "No face was found."
          : usable === faces
            ? `${some(faces, "face", "faces")} found.`
            : `${some(faces, "face", "faces")} found, of which ${usable} can be judged.`,
      noneUsable: "None of them can be judged; only the file itself is being read.",
      steps: "Steps",
      step: { finding: "Find the faces", judging: "Judge them" },
      wait: (seconds: number) =>
        `The server is busy. Trying again in ${some(seconds, "second", "seconds")}.`,
      cancel: "Cancel",
      cancelled: "The check was cancelled.",
    },
    queue: {
      title: "Pictures of this visit",
      progress: (done: number, all: number) => `${done} of ${all} checked`,
      cancelAll: "Cancel what is left",
      clear: "Clear the list",
      cleared: "The list was cleared.",
      added: (count: number) => `${some(count, "picture", "pictures")} added.`,
      tooMany: (taken: number, most: number) =>
        `${taken === 0 ? "No picture was taken" : `Only ${some(taken, "picture was", "pictures were")} taken`}: ` +
        `the list holds ${most} at most. Clear it, or remove some, to make room.`,
      remove: (name: string) => `Remove ${name} from the list`,
      states: {
        waiting: "waiting",
        busy: "being checked",
        failed: "did not work",
        cancelled: "cancelled",
      },
      checkNow: "Check it now",
      waiting: "This picture waits for its turn.",
      stopped: "This picture was not checked: it was cancelled.",
    },
    failed: {
      again: "Try again",
      /** Before the server’s own words, which are English. */
      says: "",
    },
    reading: {
      title: "The three answers",
      generated: "The face carries traces of a generator that the model knows.",
      unsure: "There is something, but too little to decide. Take it as no answer.",
      real: "No trace of a known generator. Not proof of a photograph.",
    },
  },

  result: {
    /** A verdict in a few words. */
    verdict: {
      generated: "Probably generated",
      unsure: "Can’t tell",
      real: "No sign of generation found",
      not_applicable: "Could not be judged",
    },
    /** What pixels and file say together, where the file has a say in it. */
    conclusion: {
      record_settles_generated: "Made with generative AI, by its signed record",
      generated_by_pixels_and_file: "Probably generated: pixels and file agree",
      file_says_generated_pixels_do_not: "By its own account generated; the pixels show no sign",
      file_says_generated: "By its own account generated",
      file_suspects_generated: "Possibly generated, by its own label",
      generated_against_capture_record: "Looks generated, against a record of a camera",
      capture_record_and_no_trace: "No sign of generation, and a record of a camera",
      capture_record: "By its own account from a camera",
    },
    /** What a verdict on a face means, in a sentence. */
    meaning: {
      generated: "This face carries traces that the model knows from face generators.",
      unsure: "The model sees something, but too little to decide.",
      real:
        "The model found no trace of the generators it knows. That is not proof of a photograph: a " +
        "generator that it does not know, or a swapped face, can look just like this.",
      notSteady:
        "The verdict does not hold: copies of this picture that look the same get another one.",
    },
    /** Added to the meaning of “can’t tell”, unless the file itself says how it was made. */
    noAnswer:
      "Take this as no answer: look for the origin of the picture, or try a larger copy of it.",
    /** Added to the meaning of “generated” where the model tells generators apart. */
    closest: (name: string, what: string) =>
      what
        ? `They are most like those of ${name}: ${what}.`
        : `They are most like those of ${name}.`,

    summary: {
      kicker: "The picture",
      facesAlone: "By the faces alone",
      noFace: "No face found",
      noFaceWhat: "There is nothing here that Unmask could judge. It only judges human faces.",
      noFaceTips: [
        "Choose a picture in which both eyes can be seen.",
        "If the face is small, cut it out and check that piece.",
        "Drawings, statues and masks do not count as faces.",
      ],
      unusable: "No face could be judged",
      unusableWhat: "Below is what stands in the way. A larger or sharper copy often helps.",
      /** Of several faces, how many have which verdict. */
      tally: (faces: number, counts: string) => `${faces} faces: ${counts}.`,
      count: {
        generated: (faces: number) => `${faces} probably generated`,
        unsure: (faces: number) => `${faces} unclear`,
        real: (faces: number) => `${faces} without a sign of generation`,
        not_applicable: (faces: number) => `${faces} not judged`,
      },
      worst: (number: number) =>
        `The picture takes the verdict of its most suspicious face, ${face(number)}.`,
      announce: (verdict: string, faces: number) =>
        `${verdict}. ${some(faces, "face", "faces")} found.`,
    },

    face: {
      title: face,
      jump: (number: number, verdict: string) => `${face(number)}: ${verdict}. Go to the details`,
      notJudged: "This face could not be judged:",
      reasons: {
        too_small: "It is too small. Use a larger copy of the picture.",
        turned_away: "It is turned away. Both eyes must be seen.",
        blurred: "It is too blurred. Use a sharper copy of the picture.",
        cut_off: "It is cut off by the edge of the picture.",
        covered: "Its eyes or its mouth are covered. Use a picture that shows the whole face.",
        uncertain: "It may not be a human face at all.",
        not_a_photograph:
          "It looks drawn, painted or carved. Only what looks like a photograph can be judged.",
      } as Readonly<Record<string, string>>,
    },

    scale: {
      sentence: (probability: string) => `${probability} likely to be generated`,
      zones: {
        real: (to: string) => `up to ${to}: no sign`,
        unsure: (from: string, to: string) => `${from} to ${to}: can’t tell`,
        generated: (from: string) => `from ${from}: generated`,
        neverReal: "this model never says “no sign”",
        neverGenerated: "this model never says “generated”",
      },
      describe: (probability: string, real: string | null, generated: string | null) =>
        [
          `Scale from 0 to 100 percent. This face stands at ${probability}.`,
          real === null
            ? "The model never says “no sign of generation”."
            : `Up to ${real} the model says “no sign of generation”.`,
          generated === null
            ? "It never says “generated”."
            : `From ${generated} on it says “generated”.`,
          "Otherwise it cannot tell.",
        ].join(" "),
    },

    generators,
    sources: {
      title: "What it looks most like",
      none: { name: "No known generator", what: "photographed, or made by something else" },
      sameEngine:
        "StyleGAN2 and thispersondoesnotexist.com are the same engine, so which of the two is " +
        "partly a guess.",
    },

    heat: {
      title: "Where the model looked",
      strength: "Heat map strength",
      strengthOf: (number: number) => `Heat map strength, ${face(number)}`,
      legend: (generator: string) =>
        `The brighter the colour, the more that part speaks for ${generator}.`,
      anyGenerator: "a generator",
      photograph: "a photograph",
      little: "little",
      much: "much",
      strongest: (place: string) => `Strongest ${place} of the face.`,
      places: [
        ["at the top left", "at the top", "at the top right"],
        ["at the left", "in the middle", "at the right"],
        ["at the bottom left", "at the bottom", "at the bottom right"],
      ],
      nothing: "The model found no part that speaks for this.",
      view: (number: number) => `${face(number)}, cut out and levelled as the model saw it`,
      viewWithHeat: (number: number) =>
        `${face(number)}, cut out and levelled as the model saw it, under its heat map`,
      onPicture: "Heat maps here, too",
      choose: "What speaks for",
      chooseOf: (number: number) => `What speaks for, ${face(number)}`,
      beside: "Side by side",
      byCovering: "A generator, by covering parts",
      real: "A photograph",
      generated: "A generator",
    },

    occlusion: {
      largestOnly: "Parts were covered for the largest faces of the picture only.",
      ask: "Test this map by covering parts",
      what:
        "Covers one patch of the face after the other and notes how much the answer falls. Slower, " +
        "but it needs no knowledge of the model’s insides.",
      busy: "Covering one part after the other…",
      cancel: "Cancel",
      legend: "The brighter the colour, the more the answer falls when that part is covered.",
      nothing: "Covering any one part hardly changes the answer.",
    },

    regions: {
      title: "Which parts weigh",
      names: {
        eyes: "eyes",
        nose: "nose",
        mouth: "mouth",
        skin: "skin",
        hair: "hair",
        background: "background",
      },
      speaks: (parts: string) => `Speaks for a generator: ${parts}.`,
      against: (parts: string) => `Speaks against it: ${parts}.`,
      nothing: "No part of the face weighs much in either direction.",
      left: "against",
      right: "for",
    },

    stability: {
      title: "Does the verdict hold?",
      steady: "Yes: copies of the picture such as sharing makes get the same verdict.",
      steadyUnsure: "The answer stays: of copies such as sharing makes it can’t tell either.",
      steadyInPart:
        "As far as can be told: the copies that could be judged get the same verdict. In the " +
        "others the face is too small or too blurred.",
      unknown:
        "That cannot be told: in every copy the face is too small or too blurred to be judged.",
      unsteady:
        "No: a copy that looks the same gets another verdict. That is why the answer is “can’t " +
        "tell”.",
      unsteadyUnsure: "Not quite: a copy that looks the same gets another verdict.",
      copies: {
        original: "As it is",
        jpeg_70: "Saved anew as JPEG 70",
        half_size: "At half size",
        shifted: "Moved by one pixel",
      },
    },

    provenance: {
      title: "What the file itself says",
      credentials: "Content Credentials",
      /** What a record says, by whether it can be relied on. */
      generated: {
        intact: "The record says that the picture was made with a generator, or a part of it.",
        changed: "Before the change it said that a generator made the picture, or a part of it.",
        unchecked: "It claims, unchecked, that a generator made the picture, or a part of it.",
      },
      fromCamera: "The record says that a camera took the picture.",
      notGenerated: "The record names no generator.",
      state: {
        intact: "The signature holds, and the file is as it was signed.",
        changed: "The file or its record was changed since it was signed. Do not rely on it.",
        unchecked: "Whether the file is as it was signed cannot be checked here.",
      },
      trust: {
        listed: "The signer is on the list of trusted signers that is kept here.",
        not_listed: "The signer is unknown: it is not on the list of trusted signers kept here.",
        no_list: "The signer is unknown here: nobody here has a list to vouch for signers.",
      },
      certificate: {
        expired_since:
          "The signer’s certificate has run out since. By the time stamp, it was in force when the " +
          "file was signed.",
        expired:
          "The signer’s certificate has run out, and no time stamp says whether it was in force " +
          "when the file was signed.",
        outside: "The signer’s certificate was not in force when the file was signed.",
        revoked: "The signer’s certificate was withdrawn.",
        unsuitable: "The signer’s certificate is none for signing records.",
      },
      camera: "Camera",
      disclosure: "Model of AI that took part",
      actions: "What was done, in order",
      ingredients: "What it was made from",
      ingredient: {
        intact: "its record is intact",
        changed: "it does not fit its own record",
        unchecked: "its record cannot be checked here",
        no_record: "without a record",
      },
      unnamed: "a picture without a name",
      writtenBy: "A note as written by",
      label: "China’s label of generated content",
      grade: {
        generated: "generated",
        possibly: "possibly generated, as whoever uploaded it said",
        suspected: "suspected to be generated, by the service that spread it",
      },
      promptWriter: "Asked by",
      signer: "Signed by",
      issued: "Signed on",
      software: "Made with",
      problems: {
        intact: "What is wrong with it",
        changed: "What is wrong with it",
        unchecked: "Why not",
      },
      metadata: "A program’s note in the file",
      metadataGenerated: "The file’s notes say that a generator made it.",
      metadataWhat: "Anyone can write or remove such a note. It is a hint, not a signature.",
      sourceType: "Kind of source",
      parameters: "What the generator was asked for",
    },

    proves: {
      title: "What this result does not prove",
      known: (names: string) =>
        `The model knows the traces of ${names}. Other and newer generators, swapped faces and ` +
        "retouched photographs often pass unnoticed.",
      knownUnnamed:
        "The model knows the traces of a few generators. Other and newer ones, swapped faces and " +
        "retouched photographs often pass unnoticed.",
      points: [
        "False alarms happen: some photographed faces are called generated, more often in kinds of " +
          "pictures that the model has not seen.",
        "The percentage was tuned on a collection in which generated faces are common. Where they " +
          "are rare, more of the alarms are false.",
        "A heat map is where the model looked. It is not proof, and it does not show what was done " +
          "to a picture.",
        "Small, blurred or often re-saved copies have lost many traces. Check the earliest copy " +
          "you can find.",
        "So look for the origin too: who showed it first, when and where. An answer from here alone " +
          "is no ground to accuse anyone.",
      ],
      more: "More on the limits",
    },

    picture: {
      alt: (name: string) => `The picture that was checked: ${name}`,
      pasted: "pasted picture",
      unshowable:
        "This browser cannot show this kind of file. The check is not affected: the outlines show " +
        "where the faces are.",
      unshowableYet: "This browser cannot show this kind of file. It is checked all the same.",
      facts: (format: string, width: number, height: number, size: string) =>
        `${format}, ${width} × ${height} px, ${size}`,
    },

    model: {
      title: "Who says so, and how good it is",
      said: (title: string) => `${title} judged this picture.`,
      /** Figures of the test split, each left out where the model does not give it. */
      figures: {
        fpr: (rate: string) => `It called ${rate} of the photographed faces generated.`,
        tpr: (rate: string) => `It recognised ${rate} of the generated faces.`,
        unsure: (rate: string) => `For ${rate} of all faces it could not tell.`,
        accuracy: (rate: string) =>
          `It named the source rightly, photograph or which generator, for ${rate}.`,
      },
      intro: "On test pictures that it had never seen, from the generators that it knows:",
      unknown: "It comes with no figures on how good it is.",
      unlisted: "Its figures are not at hand: the server’s list of models does not name it.",
      more: "More about the models",
    },

    compare: {
      ask: "Compare all models",
      title: "What the other models say",
      busy: (done: number, all: number) => `${done} of ${all} models have answered…`,
      cancel: "Stop",
      model: "Model",
      verdict: "Verdict",
      probability: "Likely generated",
      waiting: "waiting…",
      caption:
        "The verdict and the probability of the most suspicious face, by every model. Each has its " +
        "own unsure band, so the same percentage can mean different verdicts.",
      agree: "All models say the same.",
      averages: (title: string) =>
        `“${title}” averages other models of this list, so it is not one more opinion.`,
      differ: "The models do not agree. Then none of them should be relied on alone.",
      close: "Hide the comparison",
    },

    actions: {
      title: "Keep this result",
      savedTitle: "Take this result with you",
      save: "Save to the history",
      saving: "Saving…",
      until: (time: string) => `Can be saved until ${time}. Then the picture is deleted here.`,
      off: "This server saves nothing at the moment. Download the report or print it instead.",
      expired: "Too late to save: the picture was deleted. Check it again if you want to keep it.",
      /** By whom the history belongs to: this browser with its cookie, or whoever has the token. */
      saved: {
        cookie: "Saved to the history of this browser.",
        token: "Saved to the history of your token.",
      },
      open: "Open it there",
      copy: "Copy a link",
      copied: {
        cookie:
          "The link was copied. It opens in this browser only: nobody else sees your history.",
        token:
          "The link was copied. It opens for everyone who has your token, and for nobody else.",
      },
      notCopied: (link: string) => `The browser did not let the page copy. The link is ${link}`,
      download: "Download the report (JSON)",
      print: "Print or save as PDF",
      file: "unmask-report",
    },

    about: {
      title: "About this check",
      model: "Model",
      software: "Software",
      fingerprint: "Fingerprint of the file (SHA-256)",
      terms: "Terms of the model",
      tuning: "False alarms",
      facts: (falseAlarms: string) =>
        `${falseAlarms} of the photographed faces that its threshold was set on were called generated`,
    },
  },

  errors: {
    /** By the kind of problem, as the server names it; `offline` where it did not answer. */
    kinds: problems,
    other: {
      title: "That did not work",
      advice: "Try again. If it stays like this, try another picture.",
    } as Problem,
  },

  history: {
    title: "History",
    lead: {
      cookie: "The checks that you saved. Nobody but this browser can see them.",
      token: "The checks that were saved with your token. Everyone who has it can see them.",
    },
    loading: "Fetching your saved checks…",
    view: { label: "Show as", grid: "Grid", list: "List" },
    filters: {
      title: "Filter and order",
      verdict: "Verdict",
      everyVerdict: "Every verdict",
      model: "Model",
      everyModel: "Every model",
      since: "From",
      until: "To",
      sort: "Order",
      sorts: {
        newest: "Newest first",
        oldest: "Oldest first",
        most_suspicious: "Most suspicious first",
      },
      clear: "Clear the filters",
    },
    total: (total: string, one: boolean) => (one ? "1 saved check" : `${total} saved checks`),
    fitting: (total: string, one: boolean) =>
      one ? "1 saved check fits the filters" : `${total} saved checks fit the filters`,
    shown: (shown: string, total: string) => `${shown} of ${total} shown`,
    more: "Show more",
    moreBusy: "Fetching more…",
    unnamed: "Picture without a name",
    noThumbnail: "The picture could not be fetched",
    likely: (probability: string) => `${probability} likely generated`,
    notSteady: "the verdict does not hold",
    faces: (faces: number) => some(faces, "face", "faces"),
    checkedAt: (when: string) => `Checked ${when}`,
    savedAt: (when: string) => `saved ${when}`,
    empty: {
      title: "Nothing saved yet",
      what:
        "A check is forgotten after 15 minutes: the picture and its answer are deleted. Here you " +
        "find only what you keep yourself, with “Save” below an answer, until you delete it.",
      action: "Check a picture",
    },
    nothingFits: {
      title: "No saved check fits these filters",
      what: "Choose a longer time, another verdict or every model.",
    },
    exports: {
      label: "Take your history with you",
      narrowed: "Take with you what the filters show",
      csv: "Export as CSV",
      json: "Export as JSON",
      working: "Preparing the file…",
      cancel: "Cancel",
    },
    remove: {
      one: (name: string) => `Delete ${name}`,
      short: "Delete",
      title: "Delete this saved check?",
      what: (name: string) => `${name}, its answer and its heat maps go for good.`,
      confirm: "Delete",
      all: "Delete all",
      allTitle: "Delete the whole history?",
      allWhat: {
        cookie:
          "All saved checks of this browser go for good, whether or not the filters show them: the " +
          "pictures, the answers and the heat maps. Checks that are not saved yet can then no longer " +
          "be saved.",
        token:
          "All checks saved with your token go for good, for everyone who has it, and whether or " +
          "not the filters show them: the pictures, the answers and the heat maps. Checks that are " +
          "not saved yet can then no longer be saved.",
      },
      allConfirm: "Delete everything",
      cancel: "Keep",
      working: "Deleting…",
      done: (name: string) => `${name} was deleted.`,
      allDone: (deleted: string, one: boolean) =>
        one ? "1 saved check was deleted." : `${deleted} saved checks were deleted.`,
    },
    entry: {
      back: "Back to the history",
      loading: "Fetching the saved check…",
      gone: {
        title: "This saved check is not here",
        what: {
          cookie:
            "It was deleted, it was saved in another browser, or the address is not whole. Only " +
            "the browser that saved a check can open it.",
          token:
            "It was deleted, it was not saved with your token, or the address is not whole. A " +
            "check opens only with the token that it was saved with.",
        },
      },
      noPicture:
        "The picture of this check could not be fetched. Its answer is below all the same.",
    },
    recheck: {
      title: "What would another model say?",
      what: "The saved picture is checked again. Nothing new is kept unless you save it.",
      label: "Model",
      start: "Check again",
      busy: "Checking again…",
      cancel: "Cancel",
      only: "There is no other model on this server.",
      compare: "The two answers side by side",
      face: "Face",
      picture: "The picture",
      before: (model: string) => `Saved: ${model}`,
      after: (model: string) => `Now: ${model}`,
      agree: "Both come to the same verdict.",
      disagree:
        "They disagree. Take that as no answer: look for the origin of the picture, or for an " +
        "earlier copy of it.",
      full: (model: string) => `The whole answer of ${model}`,
    },
  },

  models: {
    title: "Models",
    lead:
      "A model is a program that has learned from faces whose origin was known: photographs, and " +
      "pictures made by generators. The figures here come from faces that it never saw while " +
      "learning.",
    loading: "Fetching the models…",
    none: {
      title: "No model is installed",
      what: "Whoever runs this server has to add one before pictures can be checked.",
    },
    standard: "Used unless you choose another",
    open: "Its figures and limits",
    close: "Fold it away",
    jump: "On this page",
    kinds: {
      efficientnet: "A small, quick network that was made for phones.",
      resnet50: "A well-tried deep network, the yardstick of the field.",
      vit: "A large network that cuts the face into tiles and compares every tile with every other.",
      tracenet:
        "Unmask’s own network: small, and built to look at the finest grain of a picture, where " +
        "generators leave their traces.",
      ensemble:
        "Several networks whose answers are averaged. They err on different faces, so together they " +
        "err less, and take the time of all of them.",
    } as Readonly<Record<string, string>>,
    otherKind: (architecture: string) => `A network of the kind “${architecture}”.`,
    source: (names: string) => `It tells photographs from pictures by ${names}, and says which.`,
    binary: "It only tells photographed from generated; it does not say by which generator.",
    made: (date: string) => `Made on ${date}.`,

    figures: {
      title: "How good it is",
      found: (count: string, of: string) => `Of ${of} generated faces it finds ${count}`,
      accused: (count: string, of: string) => `Of ${of} photographs it accuses ${count}`,
      unsure: (count: string, of: string) => `Of ${of} faces it cannot tell for ${count}`,
      named: (count: string, of: string) => `Of ${of} faces it names the right source for ${count}`,
      none: "none",
      between: (low: string, high: string) => `${low} to ${high}, give or take (95% interval)`,
      missing: "Its makers give no such figures.",
      all: "All figures",
      name: "Figure",
      value: "Value",
      interval: "95% interval",
      names: {
        accuracy: "Right source named",
        macro_f1: "F1, mean over the sources",
        f1_generated: "F1 of what gets 50% or more as “generated”",
        family_accuracy: "Right family of generators named",
        family_macro_f1: "F1, mean over the families",
        auc: "Area under the ROC curve, photographed against generated",
        balanced_accuracy: "Balanced accuracy of the verdict “generated”",
        tpr: "Generated faces called generated",
        fpr: "Photographed faces called generated",
        fpr_celeba: "Photographs of CelebA called generated",
        fpr_ffhq1024: "Photographs of FFHQ (1024 px) called generated",
        fpr_ffhq256: "Photographs of FFHQ (256 px) called generated",
        fpr_mebeauty: "Photographs of MEBeauty called generated",
        "tpr_at_fpr_0.005": "Generated faces found where 0.5% of photographs are accused",
        "tpr_at_fpr_0.01": "Generated faces found where 1% of photographs are accused",
        unsure: "Faces for which it cannot tell",
        ece: "How far stated percentages are off, on average",
      } as Readonly<Record<string, string>>,
      collection: (name: string) => `Photographs of ${name} called generated`,
    },

    confusion: {
      title: "What it takes for what",
      what:
        "A row for where faces really came from, a column for what the model said. The number is " +
        "how many of 100 faces of the row; the stronger the colour, the more.",
      came: "Came from",
      said: "Said",
      faces: "Faces",
      photographed: "Photograph",
    },

    robustness: {
      title: "After what the web does to pictures",
      what:
        "Pictures are shrunk, compressed and copied on their way. Each time some traces are lost. " +
        "From where on it says “generated” was not changed for any of this.",
      found: "generated faces found",
      accused: "photographs accused",
      chart: (best: string, worst: string, worstView: string) =>
        `Chart: of the generated faces it finds ${best} in untouched pictures, and ${worst} at ` +
        `worst, after: ${worstView}. The table below has all the numbers.`,
      table: "The same as a table",
      view: "What was done",
      views: {
        clean: "nothing",
        "half-size": "half the size",
        "quarter-size": "a quarter of the size",
        noise: "noise",
        screenshot: "screenshot",
        "social-chain": "through social media",
      } as Readonly<Record<string, string>>,
      kinds: {
        jpeg: (value: string) => `JPEG, quality ${value}`,
        webp: (value: string) => `WebP, quality ${value}`,
        blur: (value: string) => `blurred, ${value} px`,
      } as Readonly<Record<string, (value: string) => string>>,
    },

    reliability: {
      title: "Can its percentages be believed?",
      what:
        "If the model says 80%, then 80 of 100 such faces should be generated: the points should " +
        "lie on the line. Larger points stand for more faces.",
      stated: "What the model says",
      observed: "What was true",
      share: "Share of all faces",
      chart: (off: string) =>
        `Chart of stated against true shares; on average they lie ${off} apart. The table below ` +
        "has all the numbers.",
    },

    unseen: {
      title: "Generators that it does not know",
      what:
        "New generators appear every month. These were kept from the model while it learned, to " +
        "see what it makes of strangers. The photographs beside them were kept from it, too; it " +
        "saw others of their collections.",
      collection: "What",
      called: "Called generated, of 100",
      unsure: "Can’t tell, of 100",
      crops: "Faces",
      generated: "generated",
      photographed: "photographed",
      swapped: "swapped faces",
      names: {
        "unseen-stylegan3": "StyleGAN3",
        "unseen-sd21": "Stable Diffusion 2.1",
        "unseen-inswapper": "Face swaps (inswapper)",
        "unseen-ffhq": "FFHQ",
        "unseen-mebeauty": "MEBeauty",
      } as Readonly<Record<string, string>>,
    },

    limits: {
      title: "Its limits",
      points: [
        "It searches for the generators that it learned from. Others it finds now and then, or never.",
        "“No sign of generation” is not proof of a photograph.",
        "How its mistakes differ between skins, ages and kinds of light was not measured.",
      ],
      more: "All about the limits",
    },
    terms: { title: "Terms", licence: (licence: string) => `Licence of the weights: ${licence}.` },
    card: "The whole model card",
    noCard: "This model came without a card.",
  },

  how: {
    title: "How it works",
    lead:
      "From a picture to an answer in five steps. None of them is magic, and each can go wrong; " +
      "this page says what happens, and what the answer can mean.",
    generator: {
      title: "What Unmask looks for",
      text: [
        "A picture generator is a program that has seen millions of pictures and makes new ones " +
          "that look like them. A face that it made belongs to nobody.",
        "While making a picture, a generator leaves faint traces in its finest grain: in skin, " +
          "hair and background. Most are too faint for the eye. Unmask’s models are programs that " +
          "have learned to notice such traces, by comparing thousands of photographs with " +
          "thousands of generated faces.",
      ],
    },
    steps: {
      title: "Five steps",
      items: [
        {
          name: "Picture",
          what: "The file is opened and turned upright. Only what can be seen is judged.",
        },
        {
          name: "Face",
          what:
            "Faces are found by eyes, nose and mouth. One that is too small, blurred, turned " +
            "away, covered or cut off is not judged, and you are told why.",
        },
        {
          name: "Crop",
          what:
            "Each face is cut out and turned until the eyes are level, always to the same size of " +
            "178 by 218 dots.",
        },
        {
          name: "Scores",
          what:
            "A model gives points to “photographed” and to every generator that it knows, field " +
            "by field.",
        },
        {
          name: "Verdict",
          what: "The points become a percentage, and the percentage one of three answers.",
        },
      ],
    },
    percentage: {
      title: "What the percentage means",
      text: [
        "It is meant as it stands: of 100 faces that get 90%, about 90 were generated. The raw " +
          "points of a model are too sure of themselves, so they are corrected with faces whose " +
          "origin is known. This is called calibration.",
        "It holds where about half of the faces are generated. Where hardly any are, as in a " +
          "family album, more of the alarms are false.",
      ],
      diagram: "Diagram of 100 squares, one a face that got 90%: 90 are filled, 10 hollow.",
      right: "90 generated",
      wrong: "10 photographed",
    },
    unsure: {
      title: "Why it sometimes can’t tell",
      text: [
        "Two marks divide the scale. Above the upper one the answer is “probably generated”; the " +
          "mark lies so high that at most 5 of 1,000 photographed faces it was set on went past " +
          "it. Below the lower one the answer is “no sign of generation”. Between them Unmask " +
          "says that it can’t tell, rather than guess.",
        "It also says so when the answer does not hold: when a copy of the picture that was saved " +
          "anew, shrunk or moved by one dot would get another one.",
      ],
      diagram:
        "Diagram: a scale from 0 to 100 percent. On the left a short part “no sign of " +
        "generation”, in the middle a wide hatched band “can’t tell”, at the far right a short " +
        "part “probably generated”.",
    },
    heat: {
      title: "What the heat map means",
      text: [
        "The model looks at the face in fields, like tiles. Every tile adds to the points of a " +
          "generator, or takes from them, and the mean of all tiles is the score, exactly. The " +
          "heat map shows these tiles: bright where one spoke for the generator, bare where none " +
          "did.",
        "So it shows where the model looked. It does not show that this part of the picture was " +
          "changed, and it is not proof. Where no tile spoke for a generator, the page says that " +
          "in words and colours nothing.",
      ],
      diagram:
        "Diagram: a face under a grid of tiles, some of them coloured; an arrow leads from the " +
        "tiles to one bar, their mean, which is the score.",
      tiles: "tiles",
      mean: "mean = score",
    },
    kept: {
      title: "What is kept",
      lead: "Nothing, unless you say so.",
      items: [
        {
          name: "While it is checked",
          what:
            "The picture goes to the server that runs this page, and to nobody else. If Unmask " +
            "runs on your own computer, it does not leave it.",
        },
        {
          name: "For 15 minutes",
          what: "Picture and answer wait, in case you want to save them. Then they are deleted.",
        },
        {
          name: "If you save",
          what:
            "They stay until you delete them. Only this browser can open them: it holds a secret " +
            "random number in a cookie. Whoever deletes the cookies loses the way to them. On a " +
            "server that asks for tokens, everyone who has your token can open them.",
        },
      ],
    },
    next: { text: "An answer is a hint and no proof.", link: "Read what it cannot tell you" },
  },

  limits: {
    title: "Limits",
    lead:
      "A result is not proof. It is a hint, as good as the model behind it, and it is wrong now " +
      "and then. Here is when, and what to do besides.",
    wrong: "When it goes wrong",
    points: [
      {
        name: "Generators that it never saw",
        what:
          "A model finds the traces of the generators that it learned from. Of newer ones it " +
          "finds some, or next to none.",
      },
      {
        name: "Swapped and retouched faces",
        what:
          "A face laid over another, a filter, a smoothed skin: most of such a picture is a " +
          "photograph. The models were not trained on any of this and mostly pass it over.",
      },
      {
        name: "Copies of copies",
        what:
          "Messengers and social networks shrink and compress pictures. Each time, traces are " +
          "wiped away, and the answer drifts towards “can’t tell” or “no sign”. Check the " +
          "earliest copy that you can get.",
      },
      {
        name: "Small faces",
        what:
          "A face that is only a few dozen dots wide holds hardly any traces. Very small ones are " +
          "not judged at all; enlarging them brings nothing back.",
      },
      {
        name: "People who were rarely shown to it",
        what:
          "The photographs that the models learned from show some ages and skin tones far more " +
          "often than others, and celebrities more often than anyone. How the mistakes differ " +
          "between groups of people has not been measured. Be more careful with children, old " +
          "people and dark skin.",
      },
      {
        name: "Drawings, statues, masks",
        what:
          "Unmask only knows photographed and generated faces. It leaves most drawings and statues " +
          "unjudged, but not all. Paintings in the manner of a photograph, such as oil portraits, " +
          "mostly pass. Now and then it takes a photograph for a drawing.",
      },
      {
        name: "People who want to fool it",
        what: "Whoever knows how a model works can make a picture that passes it.",
      },
    ],
    known: (names: string) => `The models on this server learned from: ${names}.`,
    figures: "See how many they find",
    rare: {
      title: "Why even rare false alarms count",
      text:
        "Say that you check 10,000 profile pictures, and 100 of them are generated. A model that " +
        "finds 75 of 100 generated faces and accuses 1 of 1,000 photographs raises 85 alarms: 75 " +
        "are right, and 10 accuse a real person. And 25 generated faces pass.",
      diagram:
        "Diagram of 85 squares, one an alarm: 75 are right, 10, drawn hollow, are false accusations.",
      right: "75 generated faces found",
      false: "10 real people accused",
    },
    besides: {
      title: "What to do besides",
      items: [
        {
          name: "Search for the picture",
          what:
            "Give it to a reverse image search (Google Lens, Bing, TinEye, Yandex). Where did it " +
            "appear first? Is it called something else there?",
        },
        {
          name: "Ask for the source",
          what:
            "Who published it, and can they be trusted? Ask for the file as it came from the " +
            "camera; it may carry Content Credentials, which Unmask shows.",
        },
        {
          name: "Look for the same person",
          what:
            "A real person mostly has other pictures: from another side, in another year, with " +
            "other people.",
        },
        {
          name: "Check the context",
          what: "Do place, weather, clothes, writing and shadows fit what is claimed?",
        },
        {
          name: "Look closely",
          what:
            "Earrings that do not match, melting hair, odd teeth, letters that are none. Hints " +
            "only: good generators no longer make these mistakes.",
        },
        {
          name: "Ask another model",
          what: "If two models disagree, take that as no answer.",
        },
      ],
    },
    never: {
      title: "What not to use it for",
      text:
        "Do not decide about a person by an answer from here alone: not in court, at a border, in " +
        "hiring, in a newsroom or in moderation. It is one piece of evidence, and a person has to " +
        "weigh it.",
    },
  },
};

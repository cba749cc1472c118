/** Every word that the page says. Another language is another object of this shape. */

interface Generator {
  /** What it is called. */
  readonly name: string;
  /** What it is, in a short phrase. */
  readonly what: string;
}

interface Problem {
  readonly title: string;
  /** What the reader can do. */
  readonly advice: string;
}

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

const face = (number: number) => `Face ${number}`;

export const texts = {
  locale: "en-GB",
  over: (value: string) => `over ${value}`,
  under: (value: string) => `under ${value}`,
  name: "Unmask",
  tagline: "A second look at the faces in pictures",
  headline: "Was this face photographed or generated?",
  lead:
    "Give Unmask a portrait. It finds the faces, says how likely each one came out of a picture " +
    "generator and which one, and shows where it looked.",
  footer: "The picture goes to the server that runs this page, is checked there, and is not kept.",
  skip: "Skip to the content",
  theme: { toDark: "Dark page", toLight: "Light page" },

  choose: {
    first: "Choose a picture",
    another: "Check another picture",
    hint: "or drop it anywhere on this page, or paste it",
    accepted: "JPEG, PNG, WebP, AVIF, GIF or BMP",
    drop: "Drop the picture to check it",
    input: "Picture file",
    onlyFirst: (name: string) => `One picture at a time: only ${name} was taken.`,
    noFile:
      "That was not a picture file. If it came from a web page, save the picture first, then " +
      "drop or choose the file.",
    nothingToPaste: "There is no picture to paste. Copy a picture first, not its address.",
  },

  model: {
    label: "Model",
    facts: (falseAlarms: string) =>
      `${falseAlarms} of the photographed faces that its threshold was set on were called generated`,
  },

  busy: {
    title: "Looking at the picture…",
    what: "Finding the faces, then searching each for the traces that generators leave.",
    cancel: "Cancel",
    cancelled: "The check was cancelled.",
  },

  failure: {
    again: "Try again",
    /** By the kind of problem, as the server names it; `offline` where it did not answer. */
    kinds: {
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
        title: "Too many pictures at the moment",
        advice: "Your picture was not checked. Wait a little, then try again.",
      },
      "no-model": {
        title: "No model is installed",
        advice: "Whoever runs this server has to add one before pictures can be checked.",
      },
      "model-refused": {
        title: "The model cannot be used",
        advice: "Choose another model if there is one, or tell whoever runs this server.",
      },
    } as Readonly<Record<string, Problem>>,
    other: {
      title: "That did not work",
      advice: "Try again. If it stays like this, try another picture.",
    } as Problem,
  },

  /** A verdict in a few words. */
  verdict: {
    generated: "Probably generated",
    unsure: "Can’t tell",
    real: "No sign of generation found",
    not_applicable: "Could not be judged",
  },

  /** What a verdict on a face means, in a sentence. */
  meaning: {
    generated: "This face carries traces that the model knows from face generators.",
    unsure:
      "The model sees something, but too little to decide. Take this as no answer: look for the " +
      "origin of the picture, or try a larger copy of it.",
    real:
      "The model found no trace of the generators it knows. That is not proof of a photograph: a " +
      "generator that it does not know, or a swapped face, can look just like this.",
  },

  /** Added to the meaning of “generated” where the model tells generators apart. */
  closest: (name: string, what: string) =>
    what ? `They are most like those of ${name}: ${what}.` : `They are most like those of ${name}.`,

  summary: {
    kicker: "The picture",
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
      `${verdict}. ${faces === 1 ? "1 face" : `${faces} faces`} found.`,
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
      uncertain: "It may not be a human face at all.",
    } as Readonly<Record<string, string>>,
  },

  scale: {
    sentence: (probability: string) => `${probability} likely to be generated`,
    zones: {
      real: (to: string) => `up to ${to}: no sign`,
      unsure: (from: string, to: string) => `${from} to ${to}: can’t tell`,
      generated: (from: string) => `from ${from}: generated`,
    },
    describe: (probability: string, real: string, generated: string) =>
      `Scale from 0 to 100 percent. This face stands at ${probability}. Up to ${real} the model ` +
      `says “no sign of generation”, from ${generated} on “generated”, and between them it ` +
      "cannot tell.",
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
    title: "What speaks for a generator",
    strength: "Heat map strength",
    strengthOf: (number: number) => `Heat map strength, ${face(number)}`,
    legend: (generator: string) =>
      `The brighter the colour, the more that part speaks for ${generator}.`,
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

  about: {
    title: "About this check",
    model: "Model",
    software: "Software",
    fingerprint: "Fingerprint of the file (SHA-256)",
    terms: "Terms of the model",
    tuning: "False alarms",
  },

  reading: {
    title: "The three answers",
    generated: "The face carries traces of a generator that the model knows.",
    unsure: "There is something, but too little to decide. Take it as no answer.",
    real: "No trace of a known generator. Not proof of a photograph.",
  },

  limits: {
    title: "What an answer does not prove",
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
  },
};

export type Texts = typeof texts;

/** The name and meaning of a model's label; a label not known here stands for itself. */
export function generator(label: string): Generator {
  return label === "real"
    ? texts.sources.none
    : (texts.generators[label] ?? { name: label, what: "" });
}

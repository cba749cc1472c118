import { useCallback, useRef, useState } from "react";
import styles from "./App.module.css";
import { Busy } from "./check/Busy";
import { Chooser, type ChooserHandle } from "./check/Chooser";
import { DropVeil } from "./check/DropVeil";
import { Failed } from "./check/Failed";
import { ModelChooser } from "./check/ModelChooser";
import { useCheck } from "./check/useCheck";
import { useDropAndPaste } from "./check/useDropAndPaste";
import { useModels } from "./check/useModels";
import { MarkedPicture } from "./result/MarkedPicture";
import { Result } from "./result/Result";
import { announcement } from "./result/words";
import { Limits } from "./shell/Limits";
import { Masthead } from "./shell/Masthead";
import { Reading } from "./shell/Reading";
import { texts } from "./texts";

export function App() {
  const { list, chosen, choose } = useModels();
  const { check, start, cancel } = useCheck();
  const [notice, setNotice] = useState("");
  const chooser = useRef<ChooserHandle>(null);

  const take = useCallback(
    (files: readonly File[]) => {
      const [first] = files;
      if (first !== undefined) {
        setNotice(files.length > 1 ? texts.choose.onlyFirst(first.name) : "");
        start(first, chosen);
      }
    },
    [start, chosen],
  );
  const dragging = useDropAndPaste(take, setNotice);

  const changeModel = (name: string) => {
    choose(name);
    if (check.step !== "idle") {
      start(check.picture.file, name);
    }
  };
  const stop = () => {
    cancel();
    setNotice(texts.busy.cancelled);
    chooser.current?.focus();
  };

  const idle = check.step === "idle";
  const judge = list?.models.find((model) =>
    check.step === "done" ? model.name === check.report.model : model.name === chosen,
  );
  return (
    <>
      <Masthead />
      <main id="content" className={styles.main}>
        <div className={idle ? styles.hero : styles.bar}>
          <div className={idle ? styles.words : "hidden"}>
            <h1 className={styles.headline}>{texts.headline}</h1>
            <p className={styles.lead}>{texts.lead}</p>
          </div>
          <Chooser ref={chooser} large={idle} onFiles={take} />
          <ModelChooser models={list?.models ?? []} chosen={chosen} onChoose={changeModel} />
        </div>
        <p role="status" className={styles.notice}>
          {notice}
        </p>
        <p role="status" className="hidden">
          {check.step === "busy" && texts.busy.title}
          {check.step === "done" && announcement(check.report)}
        </p>
        {check.step === "busy" && (
          <Busy picture={<MarkedPicture picture={check.picture} />} onCancel={stop} />
        )}
        {check.step === "failed" && (
          <Failed failure={check.failure} onAgain={() => start(check.picture.file, chosen)} />
        )}
        {check.step === "done" && (
          <Result picture={check.picture} report={check.report} model={judge} />
        )}
        {idle && <Reading />}
        <Limits model={judge} />
      </main>
      <footer className={styles.footer}>{texts.footer}</footer>
      {dragging && <DropVeil />}
    </>
  );
}

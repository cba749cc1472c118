import { useRef, useState } from "react";
import { Proves } from "../result/Proves";
import { Result } from "../result/Result";
import { announcement } from "../result/words";
import { useTitle } from "../shell/router";
import { useTexts } from "../texts";
import { Actions } from "./Actions";
import { Busy } from "./Busy";
import { CameraDialog } from "./CameraDialog";
import styles from "./CheckPage.module.css";
import { Chooser, type ChooserHandle } from "./Chooser";
import { Comparison } from "./Comparison";
import { Failed } from "./Failed";
import { ModelChooser } from "./ModelChooser";
import { QueueList } from "./QueueList";
import type { Check } from "./queue";
import { Reading } from "./Reading";
import { Samples } from "./Samples";
import { Stopped } from "./Stopped";
import type { useChecks } from "./useChecks";
import type { useModels } from "./useModels";
import { useOcclusion } from "./useOcclusion";

interface Props {
  readonly checks: ReturnType<typeof useChecks>;
  readonly models: ReturnType<typeof useModels>;
  /** What has just happened, in a sentence. */
  readonly notice: string;
  readonly onNotice: (words: string) => void;
  readonly onFiles: (files: readonly File[]) => void;
}

/** Where pictures are given and answers read. */
export function CheckPage({ checks, models, notice, onNotice, onFiles }: Props) {
  const texts = useTexts();
  const words = texts.check;
  const { queue, all, shown } = checks;
  const [camera, setCamera] = useState(false);
  const chooser = useRef<ChooserHandle>(null);
  // A page saved as PDF is named by its title.
  const named = shown?.state.step === "done" && (shown.picture.name || texts.result.picture.pasted);
  useTitle(named ? `${named} · ${texts.shell.pages.check}` : texts.shell.pages.check);

  const changeModel = (name: string) => {
    models.choose(name);
    queue.use(name);
    if (shown !== null && shown.state.step !== "cancelled") {
      queue.again(shown.id);
    }
  };
  const clear = (said: string) => {
    queue.clear();
    onNotice(said);
    chooser.current?.focus();
  };
  const remove = (id: number) => {
    queue.remove(id);
    if (all.length === 2) {
      chooser.current?.focus(); // the list of one is not shown
    }
  };
  const again = (id: number) => {
    models.retry();
    queue.again(id);
  };
  const cancel = (check: Check) => {
    if (all.length === 1) {
      clear(words.busy.cancelled);
    } else {
      queue.cancel(check.id);
    }
  };

  const idle = shown === null;
  return (
    <>
      <div className={idle ? styles.hero : styles.bar}>
        <div className={idle ? styles.words : "hidden"}>
          <h1 className={styles.headline}>{words.headline}</h1>
          <p className={styles.lead}>{words.lead}</p>
        </div>
        <Chooser
          ref={chooser}
          large={idle}
          onFiles={onFiles}
          onCamera={() => {
            setCamera(true);
          }}
        />
        <ModelChooser
          models={models.list?.models ?? []}
          chosen={models.chosen}
          onChoose={changeModel}
        />
      </div>
      <p role="status" className={styles.notice}>
        {notice}
      </p>
      <p role="status" className="hidden">
        {shown && said(shown)}
      </p>
      {all.length > 1 && (
        <QueueList
          all={all}
          shown={shown}
          onShow={(id) => queue.show(id)}
          onRemove={remove}
          onCancel={() => queue.cancelAll()}
          onClear={() => clear(words.queue.cleared)}
        />
      )}
      {shown && (
        <Shown key={shown.id} {...{ checks, models, shown }} onAgain={again} onCancel={cancel} />
      )}
      {idle && (
        <>
          <Samples onFile={(file) => onFiles([file])} onMissing={onNotice} />
          <Reading />
        </>
      )}
      {camera && (
        <CameraDialog
          onPhoto={(photo) => onFiles([photo])}
          onClose={() => {
            setCamera(false);
          }}
        />
      )}
    </>
  );

  /** What a screen reader says when a check has come further. */
  function said({ state }: Check): string {
    switch (state.step) {
      case "finding":
        return words.busy.finding;
      case "judging":
        return words.busy.judging;
      case "done":
        return announcement(state.report, texts);
      default:
        return "";
    }
  }
}

interface ShownProps extends Pick<Props, "checks" | "models"> {
  readonly shown: Check;
  readonly onAgain: (id: number) => void;
  readonly onCancel: (check: Check) => void;
}

/** The check that is looked at, as far as it has come. */
function Shown(props: ShownProps) {
  const {
    checks: { queue },
    models: { list },
    shown,
    onAgain,
    onCancel,
  } = props;
  const occlusion = useOcclusion(shown, queue);
  const { state, picture } = shown;
  switch (state.step) {
    case "waiting":
    case "cancelled":
      return <Stopped check={shown} onAgain={() => onAgain(shown.id)} />;
    case "finding":
    case "judging":
      return <Busy picture={picture} state={state} onCancel={() => onCancel(shown)} />;
    case "failed":
      return <Failed failure={state.failure} onAgain={() => onAgain(shown.id)} />;
    case "done": {
      const { report } = state;
      const models = list?.models ?? [];
      const judge = models.find((model) => model.name === report.model);
      return (
        <>
          <Result {...{ picture, report, occlusion }} checked={report.created} model={judge}>
            {models.length > 1 && report.faces.some((face) => face.usable) && (
              <Comparison picture={picture} report={report} models={models} />
            )}
            <Actions
              key={report.id}
              picture={picture}
              report={report}
              entry={state.saved}
              onSaved={(entry) => queue.saved(report.id, entry)}
            />
          </Result>
          <Proves model={judge} />
        </>
      );
    }
  }
}

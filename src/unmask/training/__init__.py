"""A dataset and a network become a trained checkpoint.

In: the folder that `unmask dataset build` made and a `TrainConfig`. Out: a run folder with the
effective config, checkpoints, the history and the final figures, and an MLflow run where mlflow is
installed. Test data is only measured, once, at the end. Knows nothing of the application.
"""

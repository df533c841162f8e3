"""Public names and their homes. One line each; a test holds that every one exists."""

from __future__ import annotations

_BY_HOME = {
    ".core.clock": ("Clock", "ManualClock", "SystemClock", "TimeRange"),
    ".core.errors": (
        "ConflictError",
        "DataProcessingError",
        "IntegrityError",
        "LeakageError",
        "MLFrameworkError",
        "MissingExtraError",
        "ModelLoadError",
        "ModelNotFoundError",
        "ModelSaveError",
        "NotFoundError",
        "ParameterError",
        "PredictionError",
        "PromotionRefused",
        "SettingsError",
        "StoreError",
        "TenantError",
        "TrainingError",
        "UnsafeArtifactError",
    ),
    ".core.settings": ("Settings",),
    ".core.signature": ("Field", "Signature"),
    ".core.tenant": ("Tenant",),
    ".core.values": ("FeatureVerdict", "LeakCertificate", "Lineage", "Prediction", "Score", "TrainedModel"),
    ".core.versions": ("Version",),
}

EXPORTS: dict[str, str] = {name: home for home, names in _BY_HOME.items() for name in names}

"""One set of settings: an embedded default that needs nothing, and production by environment variables.

Every variable is named GONGKAI_… and may instead be given as a file by GONGKAI_…_FILE (for secrets).
"""

import contextlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).resolve().parents[2]


def env(name: str, default: str = "") -> str:
    """The value of GONGKAI_<name>, or the content of the file that GONGKAI_<name>_FILE names."""
    path = os.environ.get(f"GONGKAI_{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as problem:
            raise ImproperlyConfigured(
                f"GONGKAI_{name}_FILE 指向的文件不能读取（{problem.strerror}）：{path}"
            ) from None
    return os.environ.get(f"GONGKAI_{name}", default)


def flag(name: str, default: bool = False) -> bool:
    """A yes-or-no variable: 1, true, yes and on mean yes."""
    value = env(name)
    return value.lower() in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    """A variable that is a whole number, not negative."""
    value = env(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"GONGKAI_{name} 应是不小于零的整数，现在是“{value}”。")
    return int(value)


PRODUCTION = env("ENV", "embedded") == "production"
DEBUG = flag("DEBUG") and not PRODUCTION
DATA_DIR = Path(env("DATA") or PACKAGE.parent / "var").resolve()
try:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
except OSError as problem:
    raise ImproperlyConfigured(
        f"数据目录 {DATA_DIR} 不能建立（{problem.strerror}），请检查 GONGKAI_DATA 和权限。"
    ) from None


def _secret_key() -> str:
    """The key from the environment; embedded: made once and kept beside the data, readable by the owner only."""
    key = env("SECRET_KEY")
    if key and (len(key) >= 50 or not PRODUCTION):
        return key
    if PRODUCTION:
        raise ImproperlyConfigured(
            "正式环境必须设置 GONGKAI_SECRET_KEY 或者 GONGKAI_SECRET_KEY_FILE，不少于 50 个随机字符；"
            "可以用 openssl rand -base64 60 生成。"
        )
    path = DATA_DIR / "secret_key"
    if not path.exists() or not path.stat().st_size:
        # Whole or not at all: a start that is cut off must not leave an empty key. Web and worker may start at once:
        # link() lets only one of them give the file its name.
        draft = DATA_DIR / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64), encoding="ascii")
        path.unlink(missing_ok=True) if path.exists() and not path.stat().st_size else None
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii")


def _database(url: str) -> dict:
    try:
        return dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    except (ValueError, KeyError):
        raise ImproperlyConfigured(
            "GONGKAI_DATABASE_URL 应写成 postgres://用户:密码@主机:端口/库名。"
        ) from None


SECRET_KEY = _secret_key()
# After a change of key: what was sealed or signed under these can still be read.
SECRET_KEY_FALLBACKS = env("FORMER_SECRET_KEYS").split()
ALLOWED_HOSTS = [host for host in env("HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if PRODUCTION and host != "*"]

INSTALLED_APPS = [
    "gongkai.kernel",
    "gongkai.theme",
    "gongkai.orgs",
    "gongkai.subscriptions",
    "gongkai.guides",
    "gongkai.policies",
    "gongkai.search",
    "gongkai.portal",
    "gongkai.project",
    "wagtail.users",
    "wagtail.snippets",
    # The desk's frame asks for the addresses of these two; their routes are shut by project/desk_gate.py.
    "wagtail.documents",
    "wagtail.images",
    "wagtail.admin",
    "wagtail.contrib.table_block",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "gongkai.project.edge.headers.PermissionsPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gongkai.theme.big.VaryByBig",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # After the messages, in which it says why a session ended; before whoever asks for the user.
    "gongkai.orgs.sign_in.middleware.SignInGate",
    "gongkai.project.desk_gate.DeskGate",
    "axes.middleware.AxesMiddleware",  # last: it puts its answer in place of the login's
]

ROOT_URLCONF = "gongkai.project.urls"
WSGI_APPLICATION = "gongkai.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "gongkai.theme.context.site",
            ],
            "builtins": ["gongkai.theme.templatetags.slots"],
        },
    }
]

# --- data ------------------------------------------------------------------------------------------------

DATABASES = {
    "default": _database(env("DATABASE_URL"))
    if env("DATABASE_URL")
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": env("SQLITE_FILE") or DATA_DIR / "gongkai.sqlite3",
        "CONN_MAX_AGE": 600,  # opening a file with its pragmas costs 2 ms, more than many a page
        "OPTIONS": {
            # IMMEDIATE: two writers queue up instead of failing half-way with "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: a commit that was answered survives a power cut, not only a killed process.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _storage(url: str) -> dict:
    """File storage from a URL: empty means a folder, s3://key:secret@host/bucket/prefix?region=… an object store."""
    if not url:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": DATA_DIR / "originals"},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"s3", "s3+http"}:
        raise ImproperlyConfigured("GONGKAI_STORAGE_URL 应写成 s3://key:secret@host/bucket/prefix。")
    bucket, _, prefix = parts.path.lstrip("/").partition("/")
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    options = {
        "bucket_name": bucket,
        "location": prefix,
        "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}" if host else None,
        "access_key": unquote(parts.username or "") or None,
        "secret_key": unquote(parts.password or "") or None,
        "region_name": parse_qs(parts.query).get("region", [None])[0],
        "default_acl": "private",
        "file_overwrite": True,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "media"},
    },
    # Originals are content-addressed and never changed; they are served by our own view, never by path.
    "originals": _storage(env("STORAGE_URL")),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
INDEX_DIR = DATA_DIR / "index"
MAX_UPLOAD_BYTES = 64 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # as many as a batch of uploads may hold
QUARANTINE_DIR = DATA_DIR / "quarantine"  # files handed in and not yet read
CLAMD_URL = env("CLAMD_URL")  # the virus scanner: tcp://host:port or unix:/path; empty: none

# --- pages kept and visitors held back (project/edge) ---------------------------------------------------------

PAGE_CACHE_BYTES = number("PAGE_CACHE_MB", 64) * 1024 * 1024  # in each web process; 0 keeps none
RATE_LIMIT = number(
    "RATE_LIMIT", 20
)  # pages a second for one visitor and process, 15 times that at once; 0: no limit
# How many of our own proxies stand before us and add to X-Forwarded-For. Wrong, all visitors are one or each is whom they like.
PROXIES = number("PROXIES", 0)
if PRODUCTION and not env("PROXIES"):
    raise ImproperlyConfigured(
        "正式环境必须设置 GONGKAI_PROXIES：本站前面有几层自己的代理就写几，没有代理写 0；"
        "写错了，登录锁定和访问限制就会认错人。"
    )

# --- language and time -----------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = ["gongkai.project.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- people ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: whoever is locked out is not even asked
    "gongkai.orgs.sign_in.backends.PasswordBackend",
    "gongkai.orgs.sign_in.backends.FactorBackend",
    "gongkai.orgs.permissions.RoleBackend",
]
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {
        "NAME": "gongkai.orgs.sign_in.validators.Length",
        "OPTIONS": {"least": 12, "most": 128},
    },
    {"NAME": "gongkai.orgs.sign_in.validators.NotGuessable"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "gongkai.orgs.sign_in.validators.NotUsedLately"},
]

# --- signing in (gongkai/orgs/sign_in) --------------------------------------------------------------------------

# A second factor for publishers, the district office and administrators; others may choose it.
TOTP = flag("TOTP", default=True)
SESSION_IDLE_MINUTES = number("SESSION_IDLE_MINUTES", 30)
# What a page does by itself is not somebody at work.
SESSION_BACKGROUND_ROUTES = frozenset(
    {
        "wagtailadmin_editing_sessions:ping",
        "wagtailadmin_editing_sessions:release",
        "records:batch_state",
        "records:locate",
    }
)
# Logs of sign-ins, wrong tries and looks at personal data.
LOG_DAYS = number("LOG_DAYS", 365)
if LOG_DAYS < 180:
    raise ImproperlyConfigured(
        f"GONGKAI_LOG_DAYS 现在是 {LOG_DAYS}：网络安全法要求网络日志留存不少于六个月，请设为 180 或者更多。"
    )
AXES_HANDLER = "gongkai.orgs.sign_in.lockout.Handler"  # the wider limits and why are there
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # a stranger who goes on trying must not prolong it
AXES_LOCKOUT_CALLABLE = "gongkai.orgs.sign_in.lockout.answer"
AXES_CLIENT_IP_CALLABLE = "gongkai.orgs.sign_in.address.of"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_DISABLE_ACCESS_LOG = True  # orgs.SignIn says more
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = [
    "username", "ip_address", "user_agent", "code", "old_password", "new_password1", "new_password2", "csrfmiddlewaretoken",
]  # fmt: skip

# --- the site --------------------------------------------------------------------------------------------

SITE_NAME = env("SITE_NAME", "示例区政务公开")
SITE_ORGANISER = env("SITE_ORGANISER", "示例区人民政府办公室")
SITE_ID_CODE = env("SITE_ID_CODE")  # 网站标识码, ten digits; given when the site is registered
# A demonstration says on every page that its documents are samples; a real office switches this off.
SAMPLE_SITE = flag("SAMPLE_SITE", default=not PRODUCTION)
PUBLIC_URL = env("PUBLIC_URL", "http://127.0.0.1:8000")
# Where people leave messages and ask for information (依申请公开), as https addresses; empty: the pages offer neither.
MESSAGE_BOARD_URL = env("MESSAGE_BOARD_URL")
INFORMATION_REQUEST_URL = env("INFORMATION_REQUEST_URL")
# Letters: smtp://user:password@host:587?tls=starttls; empty: nothing leaves, notices stay in the desk's inbox.
SMTP_URL = env("SMTP_URL")
MAIL_FROM = env("MAIL_FROM")
MAIL_BOUNCE = env("MAIL_BOUNCE")  # where returned letters go: bounce@example.gov.cn becomes bounce+<token>@…
CHANNELS = [path for path in env("CHANNELS").split(",") if path]  # further ways out, by dotted path

# --- desk (Wagtail) --------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_I18N_ENABLED = False
WAGTAIL_AUTOSAVE_INTERVAL = (
    2000  # milliseconds after the last change: a regulation is a form of a thousand fields
)
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # A government desk calls nobody.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # ours is sign_in/password/
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = False  # Review is signed steps bound to a content hash, not Wagtail's workflow.
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TAGGIT_CASE_INSENSITIVE = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # A regulation of 450 articles is one form of blocks.

# --- safety ----------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# The desk's exceptions, each with its reason: Wagtail's forms set inline styles, its preview is a frame of our own page,
# the authenticator's QR code is a data: picture. On a few pages alone its date fields start by an inline script
# (project/desk_gate.py).
DESK_CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": CONTENT_SECURITY_POLICY["DIRECTIVES"]
    | {
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600  # at most, from the login on
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SECURE_SSL_REDIRECT = flag("SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # From anybody but a proxy of ours it would be the visitor's own word.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"who": {"()": "gongkai.project.edge.refusals.Who"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["who"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
    "loggers": {
        "gongkai": {"level": env("LOG_LEVEL", "INFO")},
        # Every scanner asks for hosts that are not ours: that is answered 400, not logged with a traceback each time.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}

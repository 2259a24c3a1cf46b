# shellcheck shell=bash
# Checks the requirements of a build: Swift and SQLite's headers. Sourced by Tests/run and
# Examples/quickstart. It prints to standard error.

# Ends the script with status 2: a requirement is missing, and nothing was tested.
missing() {
  printf '%s\n' "$@" >&2
  exit 2
}

# A C compiler: first the one next to swift, which the build uses.
c_compiler() {
  local swift_path candidate
  swift_path=$(command -v swift) || swift_path=''
  while [ -L "$swift_path" ]; do
    candidate=$(readlink "$swift_path")
    case $candidate in
      /*) swift_path=$candidate ;;
      *) swift_path=$(dirname "$swift_path")/$candidate ;;
    esac
  done
  for candidate in "$(dirname "$swift_path")/clang" clang cc gcc; do
    if command -v "$candidate" >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# Whether a C program that includes sqlite3.h compiles and links.
has_sqlite_headers() {
  local compiler directory status=1
  if ! compiler=$(c_compiler); then
    command -v pkg-config >/dev/null 2>&1 && pkg-config --exists sqlite3
    return
  fi
  directory=$(mktemp -d "${TMPDIR:-/tmp}/backoffice-headers.XXXXXX")
  printf '%s\n' '#include <sqlite3.h>' 'int main(void) { return sqlite3_libversion()[0] == 0; }' \
    >"$directory/probe.c"
  local flags=()
  if command -v pkg-config >/dev/null 2>&1 && pkg-config --exists sqlite3; then
    read -r -a flags <<<"$(pkg-config --cflags --libs sqlite3)"
  fi
  # The library must follow the source that needs it.
  if "$compiler" "$directory/probe.c" ${flags[@]+"${flags[@]}"} -lsqlite3 \
    -o "$directory/probe" >/dev/null 2>&1; then
    status=0
  fi
  rm -rf "$directory"
  return "$status"
}

# Installs libsqlite3-dev; $1 is empty or "sudo".
install_sqlite_headers() {
  local as_root=() log status=0
  [ -z "$1" ] || as_root=("$1" -n)
  log=$(mktemp "${TMPDIR:-/tmp}/backoffice-apt.XXXXXX")
  printf 'Installing libsqlite3-dev (SQLite headers) with apt-get ...\n' >&2
  # An update may fail for an unrelated source; the result of the installation is decisive.
  ${as_root[@]+"${as_root[@]}"} apt-get update >"$log" 2>&1 || true
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends libsqlite3-dev >>"$log" 2>&1 || status=$?
  [ "$status" -eq 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

ensure_swift() {
  command -v swift >/dev/null 2>&1 || missing \
    'swift is not on the PATH. This package needs a Swift 6.3 toolchain.' \
    'Install one from https://www.swift.org/install and try again.'
}

ensure_sqlite_headers() {
  if has_sqlite_headers; then
    return 0
  fi
  local apt_command='apt-get update && apt-get install -y libsqlite3-dev'
  if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" -eq 0 ]; then
      install_sqlite_headers '' || missing 'The installation failed. Type this and try again:' \
        "  $apt_command"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then
      install_sqlite_headers sudo || missing 'The installation failed. Type this and try again:' \
        "  sudo sh -c '$apt_command'"
    else
      missing 'sqlite3.h was not found. Type this and try again:' "  sudo sh -c '$apt_command'"
    fi
    has_sqlite_headers || missing \
      'libsqlite3-dev is installed, and still no C program that includes sqlite3.h links.' \
      'Is a C toolchain installed?  sudo apt-get install -y libc6-dev gcc'
    return 0
  fi

  local hint
  if command -v dnf >/dev/null 2>&1; then
    hint='sudo dnf install -y sqlite-devel'
  elif command -v yum >/dev/null 2>&1; then
    hint='sudo yum install -y sqlite-devel'
  elif command -v zypper >/dev/null 2>&1; then
    hint='sudo zypper install -y sqlite3-devel'
  elif command -v pacman >/dev/null 2>&1; then
    hint='sudo pacman -S --needed sqlite'
  elif command -v apk >/dev/null 2>&1; then
    hint='apk add sqlite-dev'
  elif [ "$(uname -s)" = Darwin ]; then
    hint='xcode-select --install'
  else
    missing 'sqlite3.h was not found: install the development files of SQLite 3 and try again.'
  fi
  missing 'sqlite3.h was not found. Type this and try again:' "  $hint"
}

# The entry point of the scripts.
bootstrap() {
  ensure_swift
  ensure_sqlite_headers
}

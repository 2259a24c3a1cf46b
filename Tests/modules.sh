# shellcheck shell=bash
# The build that the checks share, and the arguments for reading its modules. Sourced, with $root set.

# Every command uses the same folder and flags, so that the library is built once. Debugging
# information would add a tenth to the time.
flags=(--scratch-path "$root/.build/check" -Xswiftc -warnings-as-errors -Xswiftc -gnone)

# The path of a tool of the Swift toolchain.
tool() {
  command -v "$1" || xcrun --find "$1" 2>/dev/null || missing "$1 of the Swift toolchain was not found."
}

# Sets `modules` to the arguments with which a tool of the compiler finds the modules of the build,
# and `resources` to the folder of the toolchain's libraries.
find_modules() {
  local products target map
  products=$(swift build "${flags[@]}" --show-bin-path)
  target=$(swiftc -print-target-info)
  resources=$(sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p' <<<"$target")
  target=$(sed -n 's/.*"triple": "\(.*\)".*/\1/p' <<<"$target" | head -n 1)
  modules=(-I "$products/Modules" -target "$target" -module-cache-path "$products/ModuleCache")
  for map in "$products"/CBackoffice*.build/module.modulemap; do
    modules+=(-Xcc "-fmodule-map-file=$map")
  done
  if [ "$(uname -s)" = Darwin ]; then
    modules+=(-sdk "$(xcrun --show-sdk-path)")
  fi
}

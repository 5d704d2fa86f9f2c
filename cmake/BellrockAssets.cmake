# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# bellrock_embed_assets(TARGET DIRECTORY): compiles every file of a folder into the target, so that one binary is the whole
# control plane. Made with .incbin: no size in the source, no time in the compiler. An absent folder embeds nothing.
function(bellrock_embed_assets target directory)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded_assets.cc)
  # A glob is right here: the names carry content hashes and nobody writes them down.
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${directory} ${directory}/*)
  set(blobs "")
  set(declarations "")
  set(rows "")
  set(index 0)
  foreach(file IN LISTS files)
    string(APPEND blobs
      ".global bellrock_asset_${index}\\n.global bellrock_asset_${index}_end\\n"
      "bellrock_asset_${index}:\\n.incbin \\\"${directory}/${file}\\\"\\n"
      "bellrock_asset_${index}_end:\\n.byte 0\\n")
    string(APPEND declarations
      "extern const char bellrock_asset_${index}[];\nextern const char bellrock_asset_${index}_end[];\n")
    string(APPEND rows
      "    {\"/${file}\", {bellrock_asset_${index}, static_cast<size_t>(bellrock_asset_${index}_end - "
      "bellrock_asset_${index})}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(CONFIGURE OUTPUT ${source} CONTENT
"// Made by cmake/BellrockAssets.cmake; do not edit.
#include \"server/assets.h\"

#include <vector>

asm(\".section .rodata\\n@blobs@.previous\\n\");

extern \"C\" {
@declarations@}

namespace bellrock::server {

std::span<const Asset> ConsoleAssets() {
  static const std::vector<Asset> assets = {
@rows@  };
  return assets;
}

}  // namespace bellrock::server
" @ONLY)
  list(TRANSFORM files PREPEND ${directory}/)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${files}")
  target_sources(${target} PRIVATE ${source})
endfunction()

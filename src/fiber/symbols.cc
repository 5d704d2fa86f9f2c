// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/symbols.h"

#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>
#include <vector>

#include "fiber/process.h"

namespace bellrock::fiber {
namespace {

// A read-only file in memory; empty if it cannot be read.
class MappedElf {
 public:
  explicit MappedElf(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    struct stat status {};
    if (::fstat(file, &status) == 0 && status.st_size > 0) {
      size_ = static_cast<size_t>(status.st_size);
      void* at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
      bytes_ = at == MAP_FAILED ? nullptr : static_cast<const char*>(at);
    }
    ::close(file);
  }
  ~MappedElf() {
    if (bytes_ != nullptr) ::munmap(const_cast<char*>(bytes_), size_);
  }
  MappedElf(const MappedElf&) = delete;
  MappedElf& operator=(const MappedElf&) = delete;

  // Null if it does not lie within the file.
  template <typename T>
  const T* At(uint64_t offset, uint64_t count = 1) const {
    if (bytes_ == nullptr || offset > size_ || count > (size_ - offset) / sizeof(T)) return nullptr;
    return reinterpret_cast<const T*>(bytes_ + offset);
  }

 private:
  const char* bytes_ = nullptr;
  size_t size_ = 0;
};

struct Function {
  uintptr_t begin;
  uintptr_t size;
  std::string name;
};

// The functions of one section of symbols.
void ReadSymbols(const MappedElf& file, const Elf64_Shdr& table, const Elf64_Shdr& names,
                 std::vector<Function>* functions) {
  const uint64_t count = table.sh_size / sizeof(Elf64_Sym);
  const auto* symbols = file.At<Elf64_Sym>(table.sh_offset, count);
  const char* text = file.At<char>(names.sh_offset, names.sh_size);
  if (symbols == nullptr || text == nullptr) return;
  for (uint64_t i = 0; i < count; ++i) {
    const Elf64_Sym& symbol = symbols[i];
    const bool function = ELF64_ST_TYPE(symbol.st_info) == STT_FUNC && symbol.st_value != 0;
    if (!function || symbol.st_name >= names.sh_size) continue;
    const size_t length = ::strnlen(text + symbol.st_name, names.sh_size - symbol.st_name);
    functions->push_back({symbol.st_value, symbol.st_size, {text + symbol.st_name, length}});
  }
}

std::vector<Function> FunctionsOf(const std::string& path) {
  std::vector<Function> functions;
  const MappedElf file(path);
  const auto* header = file.At<Elf64_Ehdr>(0);
  if (header == nullptr || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64) {
    return functions;
  }
  const auto* sections = file.At<Elf64_Shdr>(header->e_shoff, header->e_shnum);
  if (sections == nullptr) return functions;
  for (int i = 0; i < header->e_shnum; ++i) {
    const Elf64_Shdr& section = sections[i];
    const bool symbols = section.sh_type == SHT_SYMTAB || section.sh_type == SHT_DYNSYM;
    if (!symbols || section.sh_link >= header->e_shnum) continue;
    ReadSymbols(file, section, sections[section.sh_link], &functions);
  }
  std::sort(functions.begin(), functions.end(),
            [](const Function& a, const Function& b) { return a.begin < b.begin; });
  return functions;
}

std::string Demangled(const std::string& name) {
  int status = 0;
  char* text = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  if (status != 0 || text == nullptr) return name;
  std::string demangled(text);
  std::free(text);
  return demangled;
}

}  // namespace

struct Symbols::Module {
  std::string path;
  uintptr_t base = 0;   // added to the file's addresses
  uintptr_t begin = 0;  // of its code in memory
  uintptr_t end = 0;
  bool read = false;
  std::vector<Function> functions{};

  const Function* Find(uintptr_t address) {
    if (!std::exchange(read, true)) functions = FunctionsOf(path);
    const uintptr_t in_file = address - base;
    auto after = std::upper_bound(
        functions.begin(), functions.end(), in_file,
        [](uintptr_t value, const Function& function) { return value < function.begin; });
    if (after == functions.begin()) return nullptr;
    const Function& function = *--after;
    const bool inside = function.size == 0 || in_file < function.begin + function.size;
    return inside ? &function : nullptr;
  }
};

struct Symbols::Core {
  std::vector<Module> modules;
  std::map<uintptr_t, std::string> names;
};

Symbols::Symbols() : core_(std::make_unique<Core>()) {
  const auto add = [](dl_phdr_info* found, size_t, void* to) {
    for (int i = 0; i < found->dlpi_phnum; ++i) {
      const ElfW(Phdr)& part = found->dlpi_phdr[i];
      if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
      Module module{.path = found->dlpi_name, .base = found->dlpi_addr};
      if (module.path.empty()) module.path = ProgramPath();
      module.begin = found->dlpi_addr + part.p_vaddr;
      module.end = module.begin + part.p_memsz;
      static_cast<Core*>(to)->modules.push_back(std::move(module));
    }
    return 0;
  };
  dl_iterate_phdr(add, core_.get());
}

Symbols::~Symbols() = default;

Symbols::Module* Symbols::ModuleOf(uintptr_t address) {
  for (Module& module : core_->modules) {
    if (address >= module.begin && address < module.end) return &module;
  }
  return nullptr;
}

std::string Symbols::NameOf(const void* address) {
  const uintptr_t call = reinterpret_cast<uintptr_t>(address) - 1;
  std::string& name = core_->names[call];
  if (!name.empty()) return name;
  Module* module = ModuleOf(call);
  if (module == nullptr) return name = fmt::format("{:#x}", call + 1);
  if (const Function* function = module->Find(call)) return name = Demangled(function->name);
  const std::string file = module->path.substr(module->path.rfind('/') + 1);
  return name = fmt::format("{}+{:#x}", file, call - module->base);
}

}  // namespace bellrock::fiber

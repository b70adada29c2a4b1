#pragma once

#include <cstddef>
#include <cstdint>

/// The part of libsecret and GLib that ddx uses, declared here because the library is loaded at run time: the
/// program has to start where it is not installed. Layouts and numbers are those of the stable C interface.
namespace ddx::libsecret {

struct Error {
  std::uint32_t domain;
  int code;
  char* message;
};
struct List {
  void* data;
  List* next;
  List* previous;
};
struct Schema {
  const char* name;
  int flags;
  struct {
    const char* name;
    int type;  ///< 0: text
  } attributes[32];
  int reserved;
  void* more_reserved[7];
};

using Table = struct OpaqueTable;
using Cancellable = struct OpaqueCancellable;
using Service = struct OpaqueService;
using Collection = struct OpaqueCollection;
using Item = struct OpaqueItem;
using Value = struct OpaqueValue;

constexpr int open_session = 1 << 1;
constexpr int search_all = 1 << 1, search_load_secrets = 1 << 3;

struct Functions {
  Table* (*g_hash_table_new)(unsigned (*hash)(const void*), int (*equal)(const void*, const void*));
  int (*g_hash_table_insert)(Table*, void* key, void* value);
  void* (*g_hash_table_lookup)(Table*, const void* key);
  void (*g_hash_table_unref)(Table*);
  unsigned (*g_str_hash)(const void*);
  int (*g_str_equal)(const void*, const void*);
  Cancellable* (*g_cancellable_new)();
  void (*g_cancellable_cancel)(Cancellable*);
  void (*g_object_unref)(void*);
  void (*g_error_free)(Error*);
  void (*g_list_free)(List*);

  Service* (*secret_service_get_sync)(int flags, Cancellable*, Error**);
  Collection* (*secret_collection_for_alias_sync)(Service*, const char* alias, int flags, Cancellable*,
                                                  Error**);
  int (*secret_collection_get_locked)(Collection*);
  int (*secret_service_unlock_sync)(Service*, List* objects, Cancellable*, List** unlocked, Error**);
  List* (*secret_service_search_sync)(Service*, const Schema*, Table* attributes, int flags, Cancellable*,
                                      Error**);
  int (*secret_service_store_sync)(Service*, const Schema*, Table* attributes, const char* collection,
                                   const char* label, Value*, Cancellable*, Error**);
  Value* (*secret_item_get_secret)(Item*);
  Table* (*secret_item_get_attributes)(Item*);
  int (*secret_item_delete_sync)(Item*, Cancellable*, Error**);
  Value* (*secret_value_new)(const char* bytes, long size, const char* content_type);
  const char* (*secret_value_get)(Value*, std::size_t* size);
  void (*secret_value_unref)(void*);
};

/// Loaded once, and never unloaded: GLib does not allow it. \returns null if that fails
[[nodiscard]] const Functions* load();

}  // namespace ddx::libsecret

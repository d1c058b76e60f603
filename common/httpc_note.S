/*
 * What httpc_lib.c loads, for tools that make packages: no link shows it.
 * https://uapi-group.org/specifications/specs/elf_dlopen_metadata/
 */
#include "curl.inc"

	.section .note.dlopen, "a", %note
	.balign	4
	.long	1f - 0f, 3f - 2f, 0x407c0c0a
0:	.asciz	"FDO"
1:	.balign	4
2:	.ascii	"[{\"feature\":\"http\",\"priority\":\"required\","
	.ascii	"\"description\":\"Requests of other systems\","
	.ascii	"\"soname\":[\""
	.ascii	HTTPC_SONAME
	.asciz	"\"]}]"
3:	.balign	4

	.section .note.GNU-stack, "", %progbits

module github.com/virtualserver/terraform-provider-virtualserver

go 1.26.8
